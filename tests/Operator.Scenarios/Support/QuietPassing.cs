using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>Lets injected time pass in large steps, each only when the operator has the answers to all that it has asked.</summary>
internal static class QuietPassing
{
    /// <summary>Requests of our own programs that are no open-ended watch.</summary>
    public static IReadOnlyList<RequestEntry> OwnRequests(this ScenarioCluster cluster) =>
        [.. cluster.Living.Api.Requests.All.Where(r => r.Verb != "watch" && r.UserAgent.StartsWith("netprofile", StringComparison.Ordinal))];

    /// <summary>Lets time pass, and waits until the operator has the answers to all that it asks because of that, and asks no more.</summary>
    public static async Task PassAsync(this ScenarioCluster cluster, WarpTimeProvider clock, TimeSpan time)
    {
        clock.Advance(time);
        for (var (before, now) = (-1, 0); before != now || cluster.OwnRequests().Any(r => r.Code == 0);)
        {
            await Kubectl.RunAsync(cluster, ["get", "netprof"]);
            (before, now) = (now, cluster.OwnRequests().Count(r => !r.Resource.StartsWith("leases.", StringComparison.Ordinal)));
        }
    }

    /// <summary>Lets time pass in steps until the profile says so.</summary>
    public static async Task<JsonObject> PassUntilAsync(this ScenarioCluster cluster, WarpTimeProvider clock, Func<JsonObject, bool> holds, string what)
    {
        var waiting = cluster.UntilAsync(holds, what);
        while (!waiting.IsCompleted)
        {
            await cluster.PassAsync(clock, TimeSpan.FromSeconds(30));
        }

        return await waiting;
    }
}
