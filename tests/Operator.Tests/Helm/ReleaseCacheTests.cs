using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Helm;
using NetProfile.Helm.Releases;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

public sealed class ReleaseCacheTests : IDisposable
{
    private static readonly HelmReleaseName s_release = new("kube-system", "cilium");

    private readonly List<(int Revision, int Version, string Status)> _secrets = [(1, 100, "deployed")];
    private readonly ScriptedServer _server;

    public ReleaseCacheTests() => _server = new ScriptedServer(request => ScriptedServer.Json(new JsonObject
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
        ["items"] = new JsonArray([.. _secrets.Select(JsonNode (s) => Secret(s, whole: !request.Headers["Accept"].Contains("PartialObjectMetadataList", StringComparison.Ordinal)))]),
    }.ToJsonString()));

    public void Dispose() => _server.Dispose();

    private int WholeLists => _server.Requests.Count(r => !r.Headers["Accept"].Contains("PartialObjectMetadataList", StringComparison.Ordinal));

    [Fact]
    public async Task Releases_are_read_once_until_one_of_them_is_another()
    {
        using var client = _server.Client();
        var store = new ReleaseStore(client, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(["1 Deployed"], await ListAsync(store));
        }

        Assert.Equal((4, 1), (_server.Requests.Count, WholeLists));

        // helm upgrade: the former revision changes and another one comes.
        _secrets[0] = (1, 101, "superseded");
        _secrets.Add((2, 102, "deployed"));
        Assert.Equal(["1 Superseded", "2 Deployed"], await ListAsync(store));
        Assert.Equal(2, WholeLists);

        // helm keeps ten: an old one goes, and nothing is to be read for that.
        _secrets.RemoveAt(0);
        Assert.Equal(["2 Deployed"], await ListAsync(store));
        Assert.Equal(2, WholeLists);
    }

    [Fact]
    public async Task What_a_caller_does_to_the_values_stays_with_it()
    {
        using var client = _server.Client();
        var store = new ReleaseStore(client, TimeProvider.System);
        (await store.ListAsync(s_release, TestContext.Current.CancellationToken))[0].Values["debug"] = true;

        Assert.Equal("""{"routingMode":"native"}""", (await store.ListAsync(s_release, TestContext.Current.CancellationToken))[0].Values.ToJsonString());
    }

    private static async Task<IEnumerable<string>> ListAsync(ReleaseStore store) =>
        (await store.ListAsync(s_release, TestContext.Current.CancellationToken)).Select(r => $"{r.Revision} {r.Status}");

    private static JsonObject Secret((int Revision, int Version, string Status) s, bool whole)
    {
        var secret = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"sh.helm.release.v1.cilium.v{s.Revision}",
                ["namespace"] = "kube-system",
                ["resourceVersion"] = $"{s.Version}",
                ["labels"] = new JsonObject { ["name"] = "cilium", ["owner"] = "helm", ["status"] = s.Status, ["version"] = $"{s.Revision}" },
            },
        };
        if (whole)
        {
            var payload = $$"""{"name":"cilium","info":{"status":"{{s.Status}}"},"chart":{"metadata":{"name":"cilium","version":"1.19.6"} },"config":{"routingMode":"native"},"version":{{s.Revision}},"namespace":"kube-system"}""";
            secret["data"] = new JsonObject { ["release"] = Convert.ToBase64String(ReleasePayload.Encode(Encoding.UTF8.GetBytes(payload))) };
        }

        return secret;
    }
}
