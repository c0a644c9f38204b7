using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>What kube-proxy leaves on a host, by its mode.</summary>
internal static class KubeProxyRules
{
    private static readonly (string Table, string Name, string? From)[] Iptables =
    [
        ("nat", "KUBE-SERVICES", "PREROUTING"), ("nat", "KUBE-POSTROUTING", "POSTROUTING"), ("nat", "KUBE-NODEPORTS", null), ("nat", "KUBE-MARK-MASQ", null),
        ("nat", "KUBE-SVC-NPX46M4PTMTKRN6Y", null), ("nat", "KUBE-SEP-4D3DHJLVKQKPH2NN", null),
        ("filter", "KUBE-SERVICES", "INPUT"), ("filter", "KUBE-EXTERNAL-SERVICES", "INPUT"), ("filter", "KUBE-NODEPORTS", "INPUT"),
        ("filter", "KUBE-FORWARD", "FORWARD"), ("filter", "KUBE-PROXY-FIREWALL", "INPUT"), ("mangle", "KUBE-PROXY-CANARY", null),
    ];

    private static readonly (string Table, string Name, string? From)[] Ipvs =
    [
        ("nat", "KUBE-SERVICES", "PREROUTING"), ("nat", "KUBE-POSTROUTING", "POSTROUTING"), ("nat", "KUBE-NODE-PORT", null), ("nat", "KUBE-MARK-MASQ", null),
        ("nat", "KUBE-LOAD-BALANCER", null), ("filter", "KUBE-FORWARD", "FORWARD"), ("filter", "KUBE-IPVS-FILTER", "INPUT"), ("filter", "KUBE-IPVS-OUT-FILTER", "OUTPUT"),
    ];

    public static bool AreThere(SimulatedHost host, string mode) => mode switch
    {
        "nftables" => host.NftTables.Contains("ip kube-proxy"),
        "ipvs" => host.Links.ContainsKey("kube-ipvs0"),
        _ => host.HasChain("KUBE-SVC-"),
    };

    public static void Install(SimulatedHost host, string mode)
    {
        if (mode == "nftables")
        {
            host.NftTables.UnionWith(["ip kube-proxy", "ip6 kube-proxy"]);
            return;
        }

        foreach (var (table, name, from) in mode == "ipvs" ? Ipvs : Iptables)
        {
            host.AddChain(new HostChain("ipv4", table, name) { JumpFrom = from });
        }

        if (mode == "ipvs")
        {
            host.SetLink(new HostLink("kube-ipvs0", "dummy") { Up = false, Addresses = ["10.96.0.1/32", "10.96.0.10/32"] });
            host.Ipsets.UnionWith(["KUBE-CLUSTER-IP", "KUBE-LOOP-BACK", "KUBE-NODE-PORT-TCP"]);
            if (host.VirtualServers.Count == 0)
            {
                host.VirtualServers.AddRange(["-A -t 10.96.0.1:443 -s rr", "-a -t 10.96.0.1:443 -r 172.30.0.11:6443 -m -w 1", "-A -u 10.96.0.10:53 -s rr"]);
            }
        }
    }
}
