using System.Net;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>What the kubelet is told: a leader that cannot reach the API is not ready, and is not killed.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_leader_that_loses_the_API_server_is_not_ready_lives_on_and_is_ready_again()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        var clock = new WarpTimeProvider();
        await using var path = await CuttablePath.StartAsync(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock, kubeconfig: path.Kubeconfig);
        cluster.CreateProfile(change: spec => spec["suspend"] = true);
        await cluster.ConditionAsync("Ready", "False", "Suspended");
        await UntilAsync(@operator.Address, "/readyz", HttpStatusCode.OK);
        Assert.Equal(1, (await Scrape.OpenMetricsAsync(@operator.Address))["leader_election_master_status"]);

        path.Cut();
        clock.Advance(TimeSpan.FromMinutes(3));
        var why = await UntilAsync(@operator.Address, "/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("the API server has not answered since", why, StringComparison.Ordinal);
        await Scrape.UntilAsync(@operator.Address, s => s.Has("leader_election_master_status", 0));
        Assert.Equal("ok", await UntilAsync(@operator.Address, "/healthz", HttpStatusCode.OK));

        path.Mend();
        clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(@operator.Address, "/readyz", HttpStatusCode.OK);
    }

    /// <summary>Asks until it answers so; what it is asked about follows the network by a moment.</summary>
    private static async Task<string> UntilAsync(Uri address, string path, HttpStatusCode expected)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var client = new HttpClient();
        while (true)
        {
            using var response = await client.GetAsync(new Uri(address, path), limit.Token);
            if (response.StatusCode == expected)
            {
                return await response.Content.ReadAsStringAsync(limit.Token);
            }
        }
    }
}
