using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NodeAgent;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>The agents' DaemonSet as this operator applies it: whose it is, where it runs, and what tells an outdated one. Pure.</summary>
internal static class NodeAgentManifest
{
    public const string Name = "netprofile-node-agent";

    /// <summary>More addresses of API servers than that help nobody.</summary>
    private const int MostApiServers = 8;

    public static JsonObject Build(V1Alpha1NetworkProfile profile, NodeAgentLaunch launch, string @namespace, IReadOnlyList<string> apiServers)
    {
        var manifest = Plain(launch, @namespace, launch.ApiServers.Count > 0 ? launch.ApiServers : launch.ServiceAddress is null ? apiServers : []);
        manifest["metadata"]!["annotations"] = new JsonObject { [NetworkProfileNames.DigestAnnotation] = DigestOf(launch, @namespace) };
        manifest["metadata"]!["labels"]![NetworkProfileNames.ProfileLabel] = profile.Metadata.Name;
        manifest["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = profile.ApiVersion,
            ["kind"] = profile.Kind,
            ["name"] = profile.Metadata.Name,
            ["uid"] = profile.Metadata.Uid,
        });
        return manifest;
    }

    /// <summary>Whether what is there is what would be applied. API servers that come and go are no reason to restart agents.</summary>
    public static bool IsCurrent(V1DaemonSet daemonSet, NodeAgentLaunch launch) =>
        daemonSet.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.DigestAnnotation) == DigestOf(launch, daemonSet.Metadata.Namespace!);

    private static JsonObject Plain(NodeAgentLaunch launch, string @namespace, IReadOnlyList<string> apiServers)
    {
        var manifest = NodeAgentDaemonSet.Build(new NodeAgentSettings
        {
            Namespace = @namespace,
            Name = Name,
            Image = launch.Image ?? "",
            ImagePullPolicy = launch.ImagePullPolicy,
            ImagePullSecrets = launch.ImagePullSecrets,
            ServiceAccount = launch.ServiceAccount,
            ApiServers = [.. apiServers.Take(MostApiServers)],
        });
        var pod = manifest["spec"]!["template"]!["spec"]!;
        pod["affinity"] = new JsonObject { ["nodeAffinity"] = NodeEligibility.Affinity() };
        if (launch.ServiceAddress is var (host, port))
        {
            var environment = pod["containers"]![0]!["env"]!.AsArray();
            environment.Add((JsonNode)new JsonObject { ["name"] = "KUBERNETES_SERVICE_HOST", ["value"] = host });
            environment.Add((JsonNode)new JsonObject { ["name"] = "KUBERNETES_SERVICE_PORT", ["value"] = port });
        }

        return manifest;
    }

    private static string DigestOf(NodeAgentLaunch launch, string @namespace) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Plain(launch, @namespace, launch.ApiServers).ToJsonString())))[..16];
}
