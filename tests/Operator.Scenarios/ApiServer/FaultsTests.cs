using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Access;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>The faults that a test can inject, and what it can assert on afterwards. A cluster per test: faults are global.</summary>
public sealed class FaultsTests : IAsyncLifetime
{
    private Cluster cluster = null!;
    private ApiClient api = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await Cluster.StartAsync();
        api = SimulatedServer.ClientOf(cluster, new UserInfo("admin", ["system:masters"]));
    }

    public async ValueTask DisposeAsync()
    {
        api.Http.Dispose();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Conflict_comes_once_and_too_many_requests_say_when_to_come_back()
    {
        await api.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");
        cluster.Faults.ConflictOnce(new FaultTarget("patch", "configmaps"));
        Assert.Equal(409, (await api.MergeAsync("/api/v1/namespaces/default/configmaps/a", "{}")).Code);
        Assert.Equal(200, (await api.MergeAsync("/api/v1/namespaces/default/configmaps/a", "{}")).Code);
        cluster.Faults.TooManyRequests(new FaultTarget("get"), retryAfterSeconds: 7);
        var busy = await api.GetAsync("/api/v1/namespaces/default/configmaps/a");
        Assert.Equal((429, "7"), (busy.Code, string.Join(',', busy.Headers.GetValues("Retry-After"))));
        using (cluster.Faults.ServerError(new FaultTarget(Resource: "secrets")))
        {
            Assert.Equal(503, (await api.GetAsync("/api/v1/secrets")).Code);
        }

        Assert.Equal(200, (await api.GetAsync("/api/v1/secrets")).Code);
    }

    [Fact]
    public async Task Expired_watch_gets_410_in_the_stream_and_an_old_version_at_once()
    {
        var version = (await api.GetAsync("/api/v1/configmaps")).Object["metadata"]!["resourceVersion"]!.ToString();
        await api.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");
        var events = await api.WatchAsync($"/api/v1/namespaces/default/configmaps?watch=1&resourceVersion={version}", 2, () => cluster.Faults.ExpireWatches());
        var last = events[^1];
        Assert.Equal(("ERROR", "410", "Expired"), (last["type"]!.ToString(), last["object"]!["code"]!.ToString(), last["object"]!["reason"]!.ToString()));
        var late = await api.GetAsync($"/api/v1/configmaps?watch=1&resourceVersion={version}");
        Assert.Equal((410, "Expired"), (late.Code, late.Reason));
        Assert.StartsWith($"too old resource version: {version} (", late.Message);
    }

    [Fact]
    public async Task Outage_refuses_connections_and_ends()
    {
        using (cluster.Faults.Outage())
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => api.GetAsync("/version"));
        }

        Assert.Equal(200, (await api.GetAsync("/version")).Code);
    }

    [Fact]
    public async Task Requests_and_changes_are_logged()
    {
        cluster.Requests.Clear();
        await api.GetAsync("/api/v1/nodes");
        Assert.Empty(cluster.Requests.Writes);
        await api.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");
        var write = Assert.Single(cluster.Requests.Writes);
        Assert.Equal(("create", "configmaps", 201, "admin", "conformance/1.0"), (write.Verb, write.Resource, write.Code, write.User, write.UserAgent));
        Assert.Single(cluster.Changes.Of("configmaps", "a"));
    }

    [Fact]
    public async Task Five_thousand_nodes_are_there_in_seconds_and_can_be_paged()
    {
        for (var index = 0; index < 5000; index++)
        {
            cluster.Store.Create("nodes", new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"node-{index:D4}" } });
        }

        var page = (await api.GetAsync("/api/v1/nodes?limit=500")).Object;
        Assert.Equal("4500", page["metadata"]!["remainingItemCount"]!.ToString());
        Assert.Equal("node-0499", page["items"]![499]!["metadata"]!["name"]!.ToString());
    }
}
