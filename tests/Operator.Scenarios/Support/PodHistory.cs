using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>What became of the workloads' pods, told from the whole log of changes.</summary>
internal static class PodHistory
{
    /// <summary>Those of the namespaces default and shop, and of the cluster's DNS.</summary>
    public static IReadOnlyList<JsonObject> Pods(ScenarioCluster cluster) => [.. cluster.Store.List("pods").Where(pod => AppOf(pod).Length > 0)];

    /// <summary>The label app, or coredns; empty for pods of the system.</summary>
    public static string AppOf(JsonObject pod) => (string?)pod["metadata"]!["namespace"] switch
    {
        "default" or "shop" => (string?)pod["metadata"]!["labels"]?["app"] ?? "",
        "kube-system" when (string?)pod["metadata"]!["labels"]?["k8s-app"] == "kube-dns" => "coredns",
        _ => "",
    };

    public static bool IsReady(JsonObject pod) => pod["metadata"]!["deletionTimestamp"] is null
        && pod["status"]?["conditions"] is JsonArray conditions && conditions.Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True");

    /// <summary>Names of pods in the order in which they were taken away.</summary>
    public static IReadOnlyList<string> Taken(ScenarioCluster cluster) =>
    [
        .. cluster.Living.Api.Changes.Of("pods")
            .Where(change => AppOf(change.Object.Value).Length > 0 && (change.Type == ChangeType.Deleted || change.Object.Value["metadata"]!["deletionTimestamp"] is not null))
            .Select(change => (Uid: (string)change.Object.Value["metadata"]!["uid"]!, change.Object.Key.Name))
            .DistinctBy(taken => taken.Uid).Select(taken => taken.Name),
    ];

    /// <summary>The fewest ready pods of an app at any moment since all <paramref name="count"/> were there.</summary>
    public static int LeastReady(ScenarioCluster cluster, string app, int count)
    {
        var (ready, least) = (new HashSet<string>(), int.MaxValue);
        foreach (var change in cluster.Living.Api.Changes.Of("pods").Where(change => AppOf(change.Object.Value) == app))
        {
            var uid = (string)change.Object.Value["metadata"]!["uid"]!;
            _ = change.Type != ChangeType.Deleted && IsReady(change.Object.Value) ? ready.Add(uid) : ready.Remove(uid);
            least = ready.Count >= count || least < int.MaxValue ? Math.Min(least, ready.Count) : least;
        }

        return least;
    }

    /// <summary>As many as their owners want.</summary>
    public static bool AreAllReady(ScenarioCluster cluster) =>
        Pods(cluster) is { Count: > 0 } pods && pods.All(IsReady)
        && new[] { "deployments.apps", "statefulsets.apps" }.All(resource => cluster.Store.List(resource).All(owner => (int?)owner["status"]?["readyReplicas"] == (int?)owner["spec"]!["replicas"]))
        && cluster.Store.List("daemonsets.apps").All(owner => owner["status"]?["desiredNumberScheduled"] is { } wanted && (int?)wanted > 0 && (int?)owner["status"]!["numberReady"] == (int?)wanted);

    public static string Workload(string kind, string name, int replicas) => $$"""
        apiVersion: apps/v1
        kind: {{kind}}
        metadata: {name: {{name}}, namespace: default}
        spec:
          {{(kind == "DaemonSet" ? "updateStrategy: {type: OnDelete}" : $"replicas: {replicas}")}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              tolerations: [{operator: Exists}]
              containers: [{name: main, image: "example.com/{{name}}:1"}]
        """;
}
