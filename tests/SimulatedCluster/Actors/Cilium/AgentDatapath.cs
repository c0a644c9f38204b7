using NetProfile.SimulatedCluster.Actors.Datapath;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>What an agent makes of its host, and what it leaves behind.</summary>
internal static class AgentDatapath
{
    private const string Conflist = "/05-cilium.conflist";
    private const string OldConf = "/05-cilium.conf";

    public const int PeersWithRoutes = PacketPath.PeersWithRoutes;

    private static readonly (string Table, string Chain, string From)[] Chains =
    [
        ("raw", "CILIUM_PRE_raw", "PREROUTING"), ("raw", "CILIUM_OUTPUT_raw", "OUTPUT"),
        ("mangle", "CILIUM_PRE_mangle", "PREROUTING"), ("mangle", "CILIUM_POST_mangle", "POSTROUTING"),
        ("filter", "CILIUM_INPUT", "INPUT"), ("filter", "CILIUM_OUTPUT", "OUTPUT"), ("filter", "CILIUM_FORWARD", "FORWARD"),
        ("nat", "CILIUM_PRE_nat", "PREROUTING"), ("nat", "CILIUM_OUTPUT_nat", "OUTPUT"), ("nat", "CILIUM_POST_nat", "POSTROUTING"),
    ];

    /// <summary>Writes the CNI configuration and, when exclusive, puts the others aside.</summary>
    public static void WriteCniConf(AgentRun run)
    {
        var (host, config) = (run.Host, run.Config!);
        host.Files["/opt/cni/bin/cilium-cni"] = "cilium-cni " + config.Version;
        if (config.Flag("custom-cni-conf"))
        {
            return;
        }

        host.Files[run.CniDirectory + (config.Minor == 13 ? OldConf : Conflist)] = """{"cniVersion":"0.3.1","name":"cilium","plugins":[{"type":"cilium-cni"}]}""";
        if (config.Minor == 13 || config.Flag("cni-exclusive"))
        {
            foreach (var path in host.Files.Keys
                .Where(path => path.StartsWith(run.CniDirectory + "/", StringComparison.Ordinal) && !path.Contains("cilium", StringComparison.Ordinal) && IsConf(path))
                .ToList())
            {
                host.Files[path + ".cilium_bak"] = host.Files[path];
                host.Files.Remove(path);
            }
        }
    }

    /// <summary>Devices, routes and rules of the agent's mode; called again when something on the host changed.</summary>
    public static void Apply(AgentRun run, IReadOnlyList<(SimulatedHost Host, IReadOnlyList<string> PodCIDRs)> peers)
    {
        var (host, config) = (run.Host, run.Config!);
        host.SetLink(new HostLink("cilium_net", "veth"));
        host.SetLink(new HostLink("cilium_host", "veth") { Addresses = [run.RouterIP + "/32"] });
        host.SetLink(new HostLink("lxc_health", "veth"));
        host.Files["/run/cilium/cilium.pid"] = "1";
        host.Files["/etc/sysctl.d/99-zzz-override_cilium.conf"] = "net.ipv4.conf.lxc*.rp_filter = 0\n";
        var overlay = "cilium_" + config.TunnelProtocol;
        foreach (var name in new[] { "cilium_vxlan", "cilium_geneve" }.Where(name => name != overlay || !config.HasOverlay))
        {
            host.RemoveLink(name);
        }

        if (config.HasOverlay)
        {
            host.SetLink(new HostLink(overlay, config.TunnelProtocol) { Up = run.PortHolder is null, TunnelPort = run.PortHolder is null ? config.TunnelPort : 0 });
        }

        foreach (var (table, chain, from) in Chains)
        {
            host.AddChain(new HostChain("ipv4", table, chain) { JumpFrom = from });
        }

        host.Routes.RemoveAll(route => route.Protocol == "cilium");
        if (run.PodCIDR is not { } own)
        {
            return;
        }

        // A bridge of another CNI on the same range loses its route.
        host.Cilium = LoadedCilium.Of(run);
        host.Routes.RemoveAll(route => route.Destination == own && route.Device != "cilium_host");
        host.Routes.AddRange(host.Cilium.PodCIDRs.Select(cidr => new HostRoute(cidr, run.RouterIP, "cilium_host", "cilium")));
        foreach (var peer in peers.Where(peer => peer.Host.Name != host.Name))
        {
            if (!config.IsNative)
            {
                host.Routes.AddRange(peer.PodCIDRs.Select(cidr => new HostRoute(cidr, run.RouterIP, "cilium_host", "cilium")));
            }
            else if (config.Flag("auto-direct-node-routes") && peer.Host.Segment == host.Segment)
            {
                host.Routes.AddRange(peer.PodCIDRs.Select(cidr => new HostRoute(cidr, peer.Host.InternalIP, "eth0", "cilium")));
            }
        }
    }

    /// <summary>The agent is gone. Packets go on; 1.13 also takes its CNI configuration away.</summary>
    public static void Stopped(SimulatedHost host, AgentConfig? config)
    {
        host.Files.Remove("/run/cilium/cilium.pid");
        host.RemoveLink("lxc_health");
        if (config is { Minor: 13 } && config.Flag("cni-uninstall"))
        {
            host.Files.Remove(host.CniDirectory + OldConf);
        }
    }

    /// <summary>cilium-dbg post-uninstall-cleanup: takes devices and state, leaves rules, routes and the CNI configuration.</summary>
    public static void CleanUp(SimulatedHost host)
    {
        foreach (var name in host.Links.Keys.Where(name => name.StartsWith("cilium_", StringComparison.Ordinal)).ToList())
        {
            host.RemoveLink(name);
        }

        host.Files.Remove("/run/cilium/cilium.pid");
    }

    /// <summary>Whether a pod on <paramref name="from"/> gets through to one on <paramref name="to"/> and back.</summary>
    public static bool Connects(AgentRun from, AgentRun to, int hosts) =>
        from == to ? from.Working : from.Working && to.Working && PacketPath.Connect(from.Host, Side.Cilium, to.Host, Side.Cilium, hosts).Reach != Reach.Lost;

    private static bool IsConf(string path) => path.EndsWith(".conf", StringComparison.Ordinal) || path.EndsWith(".conflist", StringComparison.Ordinal);
}
