using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>net-conf.json as far as it shows on a host.</summary>
internal sealed record FlannelSettings
{
    public static readonly FlannelSettings Default = new();

    public string Network { get; init; } = "10.244.0.0/16";

    public string? IPv6Network { get; init; }

    /// <summary>vxlan or host-gw.</summary>
    public string Backend { get; init; } = "vxlan";

    public int Port { get; init; } = 8472;

    public bool Nftables { get; init; }

    /// <summary>canal: Calico's plugin and policies on Flannel's network.</summary>
    public bool Canal { get; init; }

    public string ConfName => Canal ? "/10-canal.conflist" : "/10-flannel.conflist";

    /// <summary>From the ConfigMap that the pod mounts.</summary>
    public static FlannelSettings Of(ObjectStore store, JsonObject pod)
    {
        var canal = pod.Arr("spec", "containers").Objects().Any(container => container.Str("name") == "calico-node");
        var text = pod.Arr("spec", "volumes").Objects()
            .Select(volume => volume.Str("configMap", "name")).OfType<string>()
            .Select(name => store.Get("configmaps", pod.Namespace(), name).Str("data", "net-conf.json")).OfType<string>()
            .FirstOrDefault();
        if (text is null || JsonNode.Parse(text) is not JsonObject conf)
        {
            return Default with { Canal = canal };
        }

        return new FlannelSettings
        {
            Network = conf.Str("Network") ?? Default.Network,
            IPv6Network = conf.Bool("EnableIPv6") == true ? conf.Str("IPv6Network") : null,
            Backend = conf.Str("Backend", "Type") ?? "vxlan",
            Port = (int)(conf.Long("Backend", "Port") ?? 8472),
            Nftables = conf.Bool("EnableNFTables") == true,
            Canal = canal,
        };
    }
}
