using System.Text.Json.Nodes;

namespace NetProfile.Operator.Scenarios.StatusPage;

/// <summary>A status in the middle of a migration, with something of everything that the page shows.</summary>
internal static class PageStatus
{
    public static JsonObject Migrating(int nodes, int ready) => JsonNode.Parse($$"""
        {
          "observedGeneration": 1,
          "phase": "Migrating",
          "conditions": [
            { "type": "Ready", "status": "False", "reason": "Migrating", "message": "{{nodes - ready}} of {{nodes}} nodes are still to be moved to Cilium", "lastTransitionTime": "2026-03-01T09:58:00Z" },
            { "type": "Reconciling", "status": "True", "reason": "Migrating", "message": "moving pods of node2", "lastTransitionTime": "2026-03-01T09:58:00Z" },
            { "type": "Accepted", "status": "True", "reason": "Valid", "message": "the spec is valid", "lastTransitionTime": "2026-03-01T09:57:00Z" },
            { "type": "AgentsReady", "status": "True", "reason": "Ready", "message": "{{nodes}} of {{nodes}} agents are ready", "lastTransitionTime": "2026-03-01T09:59:00Z" },
            { "type": "PodsManaged", "status": "Unknown", "reason": "Unknown", "message": "pods are counted when all are moved", "lastTransitionTime": "2026-03-01T09:59:00Z" }
          ],
          "plan": {
            "digest": "8f14e45fceea167a", "disruption": "Drain",
            "steps": [
              { "name": "Backup", "state": "Done", "because": "the manifests of Flannel are kept before anything is removed", "disruption": "None", "startedAt": "2026-03-01T09:58:00Z", "finishedAt": "2026-03-01T09:58:04Z" },
              { "name": "InstallCilium", "state": "Done", "because": "there is no Helm release kube-system/cilium", "disruption": "None", "nodes": {{nodes}}, "startedAt": "2026-03-01T09:58:04Z", "finishedAt": "2026-03-01T09:59:30Z" },
              { "name": "MovePods", "state": "Running", "because": "pods have their network from Flannel", "disruption": "Drain", "nodes": {{nodes}}, "startedAt": "2026-03-01T09:59:30Z", "message": "{{ready}} of {{nodes}} nodes are done" },
              { "name": "RemoveFlannel", "state": "Pending", "because": "no pod needs it any more", "disruption": "None", "nodes": {{nodes}}, "estimatedSeconds": 30 }
            ]
          },
          "nodes": { "total": {{nodes}}, "ready": {{ready}}, "summary": "{{ready}}/{{nodes}}" },
          "features": [
            { "name": "Routing", "wanted": "Native", "reported": "Native", "nodesReporting": {{nodes}}, "nodesTotal": {{nodes}} },
            { "name": "HostRouting", "wanted": "BPF", "reported": "BPF, Legacy", "nodesReporting": {{nodes - 1}}, "nodesTotal": {{nodes}}, "nodesDeviating": ["node3"] }
          ],
          "cilium": {
            "version": "1.19.6", "revision": 2,
            "history": [
              { "revision": 2, "version": "1.19.6", "status": "deployed", "deployedAt": "2026-03-01T09:59:30Z" },
              { "revision": 1, "version": "1.19.6", "status": "failed", "deployedAt": "2026-03-01T09:58:20Z", "description": "timed out" }
            ]
          }
        }
        """)!.AsObject();
}
