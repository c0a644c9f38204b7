using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>What became of the nodes in a migration node by node, told from the whole log of changes.</summary>
internal static class NodeHistory
{
    /// <summary>By node: the states that its NodeNetwork went through.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> States(ScenarioCluster cluster) =>
        Changes(cluster).GroupBy(c => c.Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(c => c.State)], StringComparer.Ordinal);

    /// <summary>Nodes in the order in which they were begun.</summary>
    public static IReadOnlyList<string> Order(ScenarioCluster cluster) => [.. Changes(cluster).Where(c => c.State == "Cordoned").Select(c => c.Node).Distinct(StringComparer.Ordinal)];

    /// <summary>The most nodes that were cordoned by the operator, or at work, at any moment.</summary>
    public static int MostDisturbed(ScenarioCluster cluster)
    {
        var (disturbed, most) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var change in cluster.Living.Api.Changes.All.Where(c => c.Resource is "nodes" or NodeAgents.Objects))
        {
            var (name, value) = (change.Object.Key.Name, change.Object.Value);
            var isDisturbed = change.Type != ChangeType.Deleted && (change.Resource == "nodes"
                ? value["metadata"]!["annotations"]?["netprofile.io/cordoned"] is not null
                : StateOf(value) is "Cordoned" or "Drained" or "Switched" or "Cleaned" or "Verified");
            _ = isDisturbed ? disturbed.Add($"{change.Resource}/{name}") : disturbed.Remove($"{change.Resource}/{name}");
            most = Math.Max(most, disturbed.Select(d => d[(d.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct(StringComparer.Ordinal).Count());
        }

        return most;
    }

    /// <summary>A pod of a workload goes from its node only while that is being drained, or once it is switched, or with the node itself.</summary>
    public static void AssertNoPodWasTakenFromANodeBeforeItsTurn(ScenarioCluster cluster)
    {
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        var cordoned = new HashSet<string>(StringComparer.Ordinal);
        var (taken, left) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var change in cluster.Living.Api.Changes.All)
        {
            var value = change.Object.Value;
            if (change.Resource == NodeAgents.Objects && StateOf(value) is { } state)
            {
                states[change.Object.Key.Name] = state;
            }
            else if (change.Resource == "nodes")
            {
                _ = change.Type == ChangeType.Deleted ? left.Add(change.Object.Key.Name) : left.Remove(change.Object.Key.Name);
                _ = (bool?)value["spec"]?["unschedulable"] == true ? cordoned.Add(change.Object.Key.Name) : cordoned.Remove(change.Object.Key.Name);
            }
            else if (change.Resource == "pods" && PodHistory.AppOf(value).Length > 0 && value["metadata"]!["deletionTimestamp"] is not null && taken.Add((string)value["metadata"]!["uid"]!))
            {
                var node = (string?)value["spec"]!["nodeName"] ?? "";
                Assert.True(node.Length == 0 || states.GetValueOrDefault(node) is not (null or "Pending") || cordoned.Contains(node) || left.Contains(node), $"{change.Object.Key.Name} was taken from {node}, which is {states.GetValueOrDefault(node) ?? "untouched"}");
            }
        }
    }

    private static IEnumerable<(string Node, string State)> Changes(ScenarioCluster cluster)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var change in cluster.Living.Api.Changes.Of(NodeAgents.Objects))
        {
            var name = change.Object.Key.Name;
            if (StateOf(change.Object.Value) is { } state && last.GetValueOrDefault(name) != state)
            {
                last[name] = state;
                yield return (name, state);
            }
        }
    }

    private static string? StateOf(JsonObject network) => (string?)network["status"]?["migration"]?["state"];
}
