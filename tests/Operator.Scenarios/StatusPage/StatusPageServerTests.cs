using System.Net;
using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.StatusPage;

/// <summary>What the page's server answers, and what it refuses; no browser is needed.</summary>
public sealed class StatusPageServerTests
{
    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/page.css", "text/css; charset=utf-8")]
    [InlineData("/page.js", "text/javascript; charset=utf-8")]
    [InlineData("/state", "application/json")]
    public async Task Every_answer_says_that_nothing_of_others_may_run_in_it(string path, string type)
    {
        await using var cluster = await PageCluster.StartAsync(1);
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(cluster.Address, path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("Network.Example:8443", HttpStatusCode.OK)]
    public async Task Only_names_that_it_was_told_lead_to_it(string host, HttpStatusCode expected)
    {
        await using var cluster = await PageCluster.StartAsync(1, "network.example");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cluster.Address, "/state")) { Headers = { Host = host } };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Nothing_can_be_sent_to_it(string method)
    {
        await using var cluster = await PageCluster.StartAsync(1);
        using var client = new HttpClient();
        foreach (var path in new[] { "/", "/state", "/events" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(cluster.Address, path));
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        }
    }

    [Fact]
    public async Task Looking_at_it_costs_the_API_server_nothing()
    {
        await using var cluster = await PageCluster.StartAsync(3);
        cluster.AddProfile(PageStatus.Migrating(3, 1));
        using var client = new HttpClient();
        while (!(await client.GetStringAsync(new Uri(cluster.Address, "/state"), TestContext.Current.CancellationToken)).Contains("Migrating", StringComparison.Ordinal))
        {
            // The caches are being filled.
        }

        for (var i = 0; i < 20; i++)
        {
            await client.GetStringAsync(new Uri(cluster.Address, "/state"), TestContext.Current.CancellationToken);
            using var events = await client.GetAsync(new Uri(cluster.Address, "/events"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        }

        // Each cache was filled once, and is followed since.
        var requests = cluster.Requests.Select(r => $"{r.Verb} {r.Resource}").ToList();
        Assert.Equal(requests.Distinct(), requests);
        Assert.All(cluster.Requests, r => Assert.Contains(r.Verb, new[] { "list", "watch" }));
    }

    [Fact]
    public async Task The_thirty_third_browser_is_asked_to_come_later()
    {
        await using var cluster = await PageCluster.StartAsync(1);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < 32; i++)
        {
            open.Add(await client.GetAsync(new Uri(cluster.Address, "/events"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        }

        using var refused = await client.GetAsync(new Uri(cluster.Address, "/events"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.All(open, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        open.ForEach(response => response.Dispose());
    }

    [Fact]
    public async Task The_operator_serves_it_from_its_caches_when_it_is_told_to_and_not_else()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var without = await InProcessOperator.StartAsync(cluster);
        Assert.Null(without.StatusPage);
        await using var with = await InProcessOperator.StartAsync(cluster, change: options => options with { StatusPage = new() { Address = "127.0.0.1:0" } });
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        // One that stands by serves it as well; what it shows is what the API says.
        using var client = new HttpClient();
        using var events = await client.GetStreamAsync(new Uri(with.StatusPage!, "/events"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(events);
        while (true)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            if (line!.StartsWith("data: ", StringComparison.Ordinal) && JsonNode.Parse(line[6..])! is var document && (string?)document["profiles"]![0]?["status"]!["phase"] == "Ready")
            {
                Assert.Equal(["node1 Ready 1.19.5", "node2 Ready 1.19.5", "node3 Ready 1.19.5"], document["nodes"]!.AsArray().Select(n => $"{n!["name"]} {n["state"]} {n["agent"]}"));
                break;
            }
        }
    }
}
