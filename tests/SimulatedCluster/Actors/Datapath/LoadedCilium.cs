using NetProfile.SimulatedCluster.Actors.Cilium;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>
/// What an agent has loaded into its node's kernel. It goes on working when the agent is gone, and another agent's settings
/// reach it only once that one is ready (measured: traffic stops, where it does, about seven seconds after the new agent's start).
/// </summary>
public sealed record LoadedCilium
{
    public required bool Native { get; init; }

    /// <summary>vxlan or geneve.</summary>
    public required string TunnelProtocol { get; init; }

    public required int TunnelPort { get; init; }

    /// <summary>Of this node, one for each family.</summary>
    public required IReadOnlyList<string> PodCIDRs { get; init; }

    /// <summary>Destinations that a pod's packets reach with the pod's own address, one for each family.</summary>
    public required IReadOnlyList<string> NativeCIDRs { get; init; }

    public required bool Masquerades { get; init; }

    /// <summary>Packets of pods pass by the host's own stack.</summary>
    public required bool HostRoutingInBpf { get; init; }

    public required bool ReplacesKubeProxy { get; init; }

    public string Overlay => "cilium_" + TunnelProtocol;

    internal static LoadedCilium Of(AgentRun run)
    {
        var config = run.Config!;
        return new LoadedCilium
        {
            Native = config.IsNative,
            TunnelProtocol = config.TunnelProtocol,
            TunnelPort = config.TunnelPort,
            PodCIDRs = [.. new[] { run.PodCIDR, run.PodCIDRv6 }.OfType<string>()],
            NativeCIDRs = [.. new[] { config.Text("ipv4-native-routing-cidr"), config.Text("ipv6-native-routing-cidr") }.Where(cidr => cidr.Length > 0)],
            Masquerades = config.MasqueradesIPv4,
            HostRoutingInBpf = config.RoutesHostInBpf(KernelVersion.Parse(run.Host.Kernel)),
            ReplacesKubeProxy = config.ReplacesKubeProxy,
        };
    }
}
