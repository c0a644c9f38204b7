using NetProfile.Kubernetes.LeaderElection;
using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>Lets injected time pass while an operator holds its Lease: each step is one renewal, and what it asks is answered before the next.</summary>
internal static class LeasedPassing
{
    private const string Leases = "leases.coordination.k8s.io";

    private static readonly LeaderElectionOptions s_election = new() { Lease = new(null, ""), Identity = "" };

    /// <summary>All that programs of ours have sent, watches and the Lease included.</summary>
    public static IReadOnlyList<RequestEntry> AllOwnRequests(this ScenarioCluster cluster) =>
        [.. cluster.Living.Api.Requests.All.Where(r => r.UserAgent.StartsWith("netprofile", StringComparison.Ordinal))];

    /// <param name="cluster">Where an operator leads.</param>
    /// <param name="clock">Moved.</param>
    /// <param name="operator">Waited for until it is in no reconcile; null where those wait for time themselves.</param>
    public static async Task RenewAsync(this ScenarioCluster cluster, WarpTimeProvider clock, InProcessOperator? @operator)
    {
        var before = RenewedAt(cluster);
        clock.Advance(s_election.RenewPeriod);
        await cluster.StoreAsync(Leases, _ => RenewedAt(cluster) != before);
        for (var (seen, now) = (-1, 0); seen != now || @operator?.Reconciles > 0 || cluster.OwnRequests().Any(r => r.Code == 0);)
        {
            // Nothing depends on how long this is: it only keeps the clock from running ahead of the work.
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
            (seen, now) = (now, cluster.OwnRequests().Count);
        }
    }

    private static string RenewedAt(ScenarioCluster cluster) =>
        string.Join(',', cluster.Store.List(Leases, "kube-system").Select(lease => (string?)lease["spec"]?["renewTime"]));
}
