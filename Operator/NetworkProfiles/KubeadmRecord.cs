using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Serialization;

namespace NetProfile.NetworkProfiles;

/// <summary>What kubeadm has written down of the cluster's networks; empty where another installer was at work.</summary>
internal sealed record KubeadmRecord(IReadOnlyList<string> PodSubnets, IReadOnlyList<string> ServiceSubnets)
{
    public static async Task<KubeadmRecord> ReadAsync(IKubernetesClient client, ILogger log, CancellationToken cancellationToken)
    {
        var map = await client.GetAsync<V1ConfigMap>(new NamespacedName("kube-system", "kubeadm-config"), cancellationToken);
        if (map?.Data?.GetValueOrDefault("ClusterConfiguration") is not { } text)
        {
            return new KubeadmRecord([], []);
        }

        try
        {
            var networking = YamlReader.ReadObject(text)["networking"];
            return new KubeadmRecord(Subnets(networking?["podSubnet"]), Subnets(networking?["serviceSubnet"]));
        }
        catch (YamlException e)
        {
            log.KubeadmConfigUnreadable(e.Message);
            return new KubeadmRecord([], []);
        }
    }

    /// <summary>One of each family, with a comma between.</summary>
    private static string[] Subnets(JsonNode? text) => ((string?)text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
