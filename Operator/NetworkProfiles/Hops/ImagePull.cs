using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Hops;

/// <summary>
/// A DaemonSet of our own that has the next release's images on every node before an agent is replaced. It belongs to no Helm release,
/// needs no pod network and no rights, and is gone once the agents run. Pure.
/// </summary>
internal static class ImagePull
{
    public const string Name = "netprofile-image-pull";

    /// <summary>Selects its pods beside Cilium's own.</summary>
    public const string PartOf = "netprofile-image-pull";

    /// <summary>On the DaemonSet: the key for which Cilium's own preflight went well.</summary>
    public const string PreflightAnnotation = "netprofile.io/preflight-passed";

    private const string PartOfLabel = "app.kubernetes.io/part-of";

    private const string NameLabel = "app.kubernetes.io/name";

    /// <summary>What in values says which images the nodes run.</summary>
    private static readonly string[] s_imageValues = ["image", "envoy", "imagePullSecrets"];

    /// <summary>Equal for releases whose nodes need the same images.</summary>
    public static string KeyOf(string chartVersion, JsonObject values)
    {
        var text = new StringBuilder(chartVersion);
        foreach (var key in s_imageValues)
        {
            var value = key == "envoy" ? values["envoy"]?["image"] : values[key];
            text.Append('\n').Append(value is null ? "" : ValuesDigest.Of(new JsonObject { [key] = value.DeepClone() }));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    public static string KeyOf(ReleaseStage stage) => KeyOf(stage.Release.Chart.Version, stage.Release.Values);

    public static bool IsPodOf(V1Pod pod) => pod.Metadata.Labels?.GetValueOrDefault(NameLabel) == Name;

    /// <summary>Of what a chart has rendered: the DaemonSets' images. Deployments find a node that can pull, or wait and harm nobody.</summary>
    public static IReadOnlyList<string> ImagesOf(IEnumerable<RenderedObject> rendered) =>
    [
        .. PodsOf(rendered).SelectMany(pod => (pod["initContainers"] as JsonArray ?? []).Concat(pod["containers"] as JsonArray ?? []))
            .Select(container => (string?)container?["image"]).OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    /// <param name="profile">The owner.</param>
    /// <param name="release">Where it runs.</param>
    /// <param name="key">Of the stage that the images are for.</param>
    /// <param name="rendered">That stage's objects.</param>
    public static JsonObject Build(V1Alpha1NetworkProfile profile, HelmReleaseName release, string key, IReadOnlyList<RenderedObject> rendered)
    {
        var labels = new JsonObject { [NameLabel] = Name, [PartOfLabel] = PartOf };
        var own = labels.DeepClone().AsObject();
        own[NetworkProfileNames.ManagedByLabel] = NetworkProfileNames.ManagedByValue;
        own[NetworkProfileNames.ProfileLabel] = profile.Metadata.Name;
        var secrets = PodsOf(rendered).SelectMany(pod => pod["imagePullSecrets"] as JsonArray ?? [])
            .Select(secret => (string?)secret?["name"]).OfType<string>().Distinct(StringComparer.Ordinal).Select(name => (JsonNode)new JsonObject { ["name"] = name });
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "DaemonSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = release.Namespace,
                ["labels"] = own,
                ["annotations"] = new JsonObject { [NetworkProfileNames.DigestAnnotation] = key },
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = profile.ApiVersion, ["kind"] = profile.Kind, ["name"] = profile.Metadata.Name, ["uid"] = profile.Metadata.Uid }),
            },
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [NameLabel] = Name } },
                ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = "100%" } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = labels },
                    ["spec"] = new JsonObject
                    {
                        ["hostNetwork"] = true,
                        ["automountServiceAccountToken"] = false,
                        ["terminationGracePeriodSeconds"] = 1,
                        ["nodeSelector"] = new JsonObject { ["kubernetes.io/os"] = "linux" },
                        ["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" }),
                        ["imagePullSecrets"] = new JsonArray([.. secrets]),
                        ["containers"] = new JsonArray([.. ImagesOf(rendered).Select(Container)]),
                    },
                },
            },
        };
    }

    /// <summary>The shell is in these images: Cilium's own preflight runs the same way.</summary>
    private static JsonNode Container(string image, int index) => new JsonObject
    {
        ["name"] = $"image-{index}",
        ["image"] = image,
        ["imagePullPolicy"] = "IfNotPresent",
        ["command"] = new JsonArray("/bin/sh", "-c", "while :; do sleep 3600; done"),
        ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "1m", ["memory"] = "4Mi" } },
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        },
    };

    private static IEnumerable<JsonObject> PodsOf(IEnumerable<RenderedObject> rendered) =>
        rendered.Where(o => o.Kind == "DaemonSet").Select(o => o.Content["spec"]?["template"]?["spec"]).OfType<JsonObject>();
}
