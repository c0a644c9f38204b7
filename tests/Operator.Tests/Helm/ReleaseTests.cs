using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;
using NetProfile.Helm;
using NetProfile.Helm.Releases;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

public sealed class ReleaseTests
{
    private const string Stored = """
        {"name":"cilium","info":{"first_deployed":"2026-11-20T09:07:04.1Z","last_deployed":"2026-11-20T10:07:04.724229359+01:00","deleted":"","description":"Upgrade complete","status":"deployed","notes":"long"},
         "chart":{"metadata":{"name":"cilium","version":"1.19.6","appVersion":"1.19.6","maintainers":[{"name":"x"}],"annotations":{"version":"not this"}},"lock":null,
                  "templates":[{"name":"t","data":"e30="}],"values":{"version":"nor this"},"schema":null,"files":[]},
         "config":{"routingMode":"native","k8sServicePort":6443,"nothing":null},"manifest":"kind: Secret","hooks":[{"name":"h","info":{"status":"failed"}}],"version":7,"namespace":"kube-system"}
        """;

    [Fact]
    public void Release_is_read_from_its_Secret()
    {
        var release = Read(ReleasePayload.Encode(Encoding.UTF8.GetBytes(Stored))).ToRelease();

        Assert.Equal(new HelmReleaseName("kube-system", "cilium"), release.Release);
        Assert.Equal((7, HelmReleaseStatus.Deployed, "cilium", "1.19.6", "1.19.6"), (release.Revision, release.Status, release.ChartName, release.ChartVersion, release.AppVersion));
        Assert.Equal("Upgrade complete", release.Description);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 7, 4, TimeSpan.Zero), release.LastDeployed!.Value.AddTicks(-(release.LastDeployed.Value.Ticks % TimeSpan.TicksPerSecond)));
        Assert.Equal("""{"routingMode":"native","k8sServicePort":6443,"nothing":null}""", release.Values.ToJsonString());
        Assert.Equal(["netprofile.io/profile"], release.Labels.Keys);
    }

    [Theory]
    [InlineData("not base64 at all!")]
    [InlineData("aGVsbG8gd29ybGQ=")]
    [InlineData("H4sIAAAAAAAAA0vOSCzKBAD7rRvhBQAAAA==")]
    [InlineData("")]
    public void Payload_that_cannot_be_read_is_a_revision_of_unknown_state_and_breaks_nothing(string payload)
    {
        var release = Read(Encoding.ASCII.GetBytes(payload)).ToRelease();

        Assert.Equal((7, HelmReleaseStatus.Unknown), (release.Revision, release.Status));
        Assert.Contains("cannot be read", release.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Payload_that_unpacks_without_end_is_not_unpacked()
    {
        var bomb = ReleasePayload.Encode(new byte[ReleasePayload.LargestJson + (64 * 1024 * 1024)]);

        Assert.Contains("unpacks to more than", Read(bomb).ToRelease().Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_without_data_and_release_without_info_are_read()
    {
        var secret = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["data"] = null };
        Assert.Equal(HelmReleaseStatus.Unknown, Deserialize(secret.ToJsonString()).ToRelease().Status);
        Assert.Equal(HelmReleaseStatus.Unknown, Read(ReleasePayload.Encode("""{"info":null,"chart":null,"config":null,"version":7}"""u8)).ToRelease().Status);
    }

    [Theory]
    [InlineData("pending-install", HelmReleaseStatus.PendingInstall)]
    [InlineData("pending-upgrade", HelmReleaseStatus.PendingUpgrade)]
    [InlineData("pending-rollback", HelmReleaseStatus.PendingRollback)]
    [InlineData("uninstalling", HelmReleaseStatus.Uninstalling)]
    [InlineData("something new", HelmReleaseStatus.Unknown)]
    public void Status_words_are_helms(string word, HelmReleaseStatus expected) =>
        Assert.Equal(expected, Read(ReleasePayload.Encode(Encoding.UTF8.GetBytes(Stored.Replace("\"status\":\"deployed\"", $"\"status\":\"{word}\"", StringComparison.Ordinal)))).ToRelease().Status);

    private static V1HelmReleaseSecret Read(byte[] payload) => Deserialize(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject
        {
            ["name"] = "sh.helm.release.v1.cilium.v7",
            ["namespace"] = "kube-system",
            ["labels"] = new JsonObject { ["name"] = "cilium", ["owner"] = "helm", ["status"] = "deployed", ["version"] = "7", ["modifiedAt"] = "1", ["netprofile.io/profile"] = "cluster" },
        },
        ["type"] = "helm.sh/release.v1",
        ["data"] = new JsonObject { ["other"] = "AA==", ["release"] = Convert.ToBase64String(payload) },
    }.ToJsonString());

    private static V1HelmReleaseSecret Deserialize(string json) => JsonSerializer.Deserialize(json, Info<V1HelmReleaseSecret>())!;

    private static JsonTypeInfo<T> Info<T>()
        where T : class, IKubernetesEntity<T> => T.JsonTypeInfo;
}
