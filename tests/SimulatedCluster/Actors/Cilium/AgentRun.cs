using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>One agent pod on its node, from reading its configuration on.</summary>
internal sealed class AgentRun(ObjectKey pod, string uid, SimulatedHost host)
{
    public ObjectKey Pod { get; } = pod;

    public string Uid { get; } = uid;

    public SimulatedHost Host { get; } = host;

    public AgentConfig? Config { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>The process runs (a crashing one does not count).</summary>
    public bool Running { get; set; }

    public bool Ready { get; set; }

    public string? PodCIDR { get; set; }

    public string? PodCIDRv6 { get; set; }

    /// <summary>Where it writes its CNI configuration: what the DaemonSet mounts.</summary>
    public string CniDirectory { get; set; } = "/etc/cni/net.d";

    /// <summary>Addresses that the agent takes from its pod CIDR for itself.</summary>
    public string RouterIP => Nth(PodCIDR, 190);

    public string HealthIP => Nth(PodCIDR, 167);

    /// <summary>The overlay device can't come up because another device of the host holds its UDP port.</summary>
    public HostLink? PortHolder => Config is { HasOverlay: true } config
        ? Host.Links.Values.FirstOrDefault(link => link.TunnelPort == config.TunnelPort && link.Up && !link.Name.StartsWith("cilium_", StringComparison.Ordinal))
        : null;

    /// <summary>Ready is what the kubelet sees; Working is whether packets flow. They differ when the port is held.</summary>
    public bool Working => Ready && PortHolder is null;

    /// <summary>Devices that the agent attaches to: all external ones with an address, also those that others left behind.</summary>
    public IEnumerable<HostLink> Devices => Host.Links.Values.Where(link =>
        link is { Up: true, Master: null, Addresses.Count: > 0 } && link.Name != "lo"
        && !link.Name.StartsWith("cilium_", StringComparison.Ordinal) && !link.Name.StartsWith("lxc", StringComparison.Ordinal)
        && !link.Name.StartsWith("cni", StringComparison.Ordinal) && !link.Name.StartsWith("docker", StringComparison.Ordinal)
        && !link.Name.StartsWith("veth", StringComparison.Ordinal) && (link.Kind != "dummy"));

    private static string Nth(string? cidr, int n) => cidr is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{cidr[..cidr.LastIndexOf('.')]}.{n}");
}
