using System.Globalization;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>What held of the agents at every moment, by the log of all changes.</summary>
internal static class AgentsAssert
{
    public static void NeverTwoMinorsApart(ScenarioCluster cluster)
    {
        var minors = new Dictionary<string, int>();
        var seen = new HashSet<int>();
        foreach (var change in cluster.Living.Api.Changes.Of("pods").Where(c => c.Object.Key.Name.StartsWith("cilium-", StringComparison.Ordinal)))
        {
            var pod = change.Object.Value;
            if ((string?)pod["metadata"]?["labels"]?["k8s-app"] != "cilium")
            {
                continue;
            }

            if (change.Type == ChangeType.Deleted)
            {
                minors.Remove(change.Object.Key.Name);
                continue;
            }

            var image = (string)pod["spec"]!["containers"]!.AsArray().First(c => (string?)c!["name"] == "cilium-agent")!["image"]!;
            var tag = image.Split('@')[0].Split(':')[^1];
            minors[change.Object.Key.Name] = int.Parse(tag.Split('.')[1], CultureInfo.InvariantCulture);
            seen.Add(minors[change.Object.Key.Name]);
            Assert.True(minors.Values.Max() - minors.Values.Min() <= 1, $"agents of {minors.Values.Min()} and {minors.Values.Max()} at the same time");
        }

        Assert.True(seen.Count > 1, "no upgrade was seen");
    }
}
