using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>
/// The nodes' own part of their objects: Ready follows from the CNI configuration on the host, the not-ready taint from
/// Ready, the lease from time.
/// </summary>
internal sealed class NodeActor(World world) : Actor(world)
{
    private const string NotReadyTaint = "node.kubernetes.io/not-ready";
    private const string UnreachableTaint = "node.kubernetes.io/unreachable";
    private readonly Dictionary<string, DateTimeOffset> renewed = [];

    public override void Observe(Change change)
    {
        if (change.Resource == "nodes")
        {
            LookAt(change.Object.Key);
        }
    }

    public override void HostTouched(string node) => LookAt(new ObjectKey("", node));

    protected override void Reconcile(ObjectKey key)
    {
        if (World.Hosts.Find(key.Name) is not { } host || Store.Get("nodes", null, key.Name) is not { } node)
        {
            return;
        }

        var (status, reason, message) = Readiness(host);
        var now = PodStatus.Stamp(Now);
        var ready = node.Arr("status", "conditions").Objects().FirstOrDefault(condition => condition.Str("type") == "Ready");
        if (ready?.Str("status") != status || ready.Str("reason") != reason)
        {
            Store.ModifyStatus("nodes", null, key.Name, value =>
            {
                NodeObjects.SetCondition(value, "Ready", status, reason, message, now);
                if (status == "Unknown")
                {
                    NodeObjects.SetCondition(value, "MemoryPressure", status, reason, message, now);
                }
            });
        }

        var taint = status switch { "True" => null, "False" => NotReadyTaint, _ => UnreachableTaint };
        NodeTaints.Replace(Store, node, taintKey => taintKey is NotReadyTaint or UnreachableTaint, taint is null
            ? []
            : [new NodeTaint(taint, "NoSchedule"), new NodeTaint(taint, "NoExecute")]);
        RenewLease(host);
    }

    private static (string Status, string Reason, string Message) Readiness(SimulatedHost host) =>
        host.Knobs.Unreachable ? ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
        : host.ActiveCniConf is null ? ("False", "KubeletNotReady", "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized")
        : ("True", "KubeletReady", "kubelet is posting ready status");

    private void RenewLease(SimulatedHost host)
    {
        var known = renewed.TryGetValue(host.Name, out var last);
        if (host.Knobs.Unreachable || (known && (World.Timings.LeaseRenewal is not { } every || Now < last + every)))
        {
            return;
        }

        renewed[host.Name] = Now;
        if (Store.Get("namespaces", null, "kube-node-lease") is null)
        {
            return;
        }

        var renewTime = Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        if (Store.Modify("leases.coordination.k8s.io", "kube-node-lease", host.Name, lease => lease.Ensure("spec")["renewTime"] = renewTime) is null)
        {
            Store.Create("leases.coordination.k8s.io", new JsonObject
            {
                ["apiVersion"] = "coordination.k8s.io/v1",
                ["kind"] = "Lease",
                ["metadata"] = new JsonObject { ["namespace"] = "kube-node-lease", ["name"] = host.Name },
                ["spec"] = new JsonObject { ["holderIdentity"] = host.Name, ["leaseDurationSeconds"] = 40, ["renewTime"] = renewTime },
            });
        }

        if (World.Timings.LeaseRenewal is { } interval)
        {
            LookAgainAt(new ObjectKey("", host.Name), Now + interval);
        }
    }
}
