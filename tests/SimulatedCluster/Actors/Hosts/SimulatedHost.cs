namespace NetProfile.SimulatedCluster.Actors.Hosts;

/// <summary>
/// The network state of one node: what Flannel, kube-proxy and Cilium put there and leave there. Actors change it, agents
/// derive their status from it, and a simulated node agent may clean it. Reach it through <see cref="Engine.ActorEngine.Reach"/>.
/// </summary>
public sealed class SimulatedHost(string name)
{
    public string Name { get; } = name;

    public required string InternalIP { get; init; }

    /// <summary>Of the Node object; Flannel's pods live in it.</summary>
    public required string PodCIDR { get; init; }

    /// <summary>The same in a cluster of two families.</summary>
    public string? PodCIDRv6 { get; set; }

    public Nodes.NodeKnobs Knobs { get; } = new();

    public string Kernel { get; set; } = "6.8.0-45-generic";

    public string OsImage { get; set; } = "Ubuntu 24.04.1 LTS";

    /// <summary>Nodes of one segment reach each other without a router.</summary>
    public string Segment { get; set; } = "l2-a";

    /// <summary>The largest packet that the network carries to and from this host; null for whatever its device takes.</summary>
    public int? PathMtu { get; set; }

    /// <summary>nft or legacy: where iptables rules live.</summary>
    public string IptablesMode { get; set; } = "nft";

    public SortedDictionary<string, HostLink> Links { get; } = new(StringComparer.Ordinal);

    public List<HostRoute> Routes { get; } = [];

    public List<HostChain> Chains { get; } = [];

    /// <summary>Tables of nftables that are not iptables', such as <c>ip flannel-ipv4</c>.</summary>
    public SortedSet<string> NftTables { get; } = new(StringComparer.Ordinal);

    /// <summary>Path to content.</summary>
    public SortedDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Ipsets { get; } = new(StringComparer.Ordinal);

    /// <summary>Of IPVS, as <c>ipvsadm -Sn</c> prints them.</summary>
    public List<string> VirtualServers { get; } = [];

    /// <summary>What Cilium's agents have loaded into the kernel; it stays when they go.</summary>
    public Datapath.LoadedCilium? Cilium { get; set; }

    /// <summary>k3s: Flannel is part of the process that also is the kubelet.</summary>
    public bool EmbeddedFlannel { get; set; }

    /// <summary>k3s, as well.</summary>
    public bool EmbeddedKubeProxy { get; set; }

    /// <summary>Where the container runtime looks for CNI configurations.</summary>
    public string CniDirectory { get; set; } = "/etc/cni/net.d";

    public SortedDictionary<string, string> Sysctls { get; } = new(StringComparer.Ordinal) { ["net.ipv4.ip_forward"] = "1" };

    /// <summary>
    /// The configuration that the container runtime uses: the first by name, as containerd chooses. Null makes the node NotReady.
    /// </summary>
    public string? ActiveCniConf => Files.Keys
        .Where(path => path.StartsWith(CniDirectory + "/", StringComparison.Ordinal))
        .FirstOrDefault(path => path.EndsWith(".conf", StringComparison.Ordinal) || path.EndsWith(".conflist", StringComparison.Ordinal));

    /// <summary>Replaces the device of the same name.</summary>
    public void SetLink(HostLink link) => Links[link.Name] = link;

    /// <summary>Removes a device and the routes over it, as the kernel does.</summary>
    public void RemoveLink(string name)
    {
        Links.Remove(name);
        if (name == "cilium_host")
        {
            Cilium = null;
        }

        Routes.RemoveAll(route => route.Device == name);
    }

    public void SetRoute(HostRoute route)
    {
        Routes.RemoveAll(old => old.Destination == route.Destination && old.Device == route.Device);
        Routes.Add(route);
    }

    public bool HasRoute(string destination, string device) => Routes.Exists(route => route.Destination == destination && route.Device == device);

    /// <summary>kube-proxy's, of any of its modes.</summary>
    public bool HasServiceRules => HasChain("KUBE-SVC-") || Links.ContainsKey("kube-ipvs0") || NftTables.Contains("ip kube-proxy");

    public void AddChain(HostChain chain)
    {
        if (!Chains.Contains(chain))
        {
            Chains.Add(chain);
        }
    }

    public bool HasChain(string prefix) => Chains.Exists(chain => chain.Name.StartsWith(prefix, StringComparison.Ordinal));

    public void RemoveChains(string prefix) => Chains.RemoveAll(chain => chain.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A reboot: devices, routes, rules and what lies in /run are gone; files stay.</summary>
    public void Reboot()
    {
        foreach (var link in Links.Keys.Where(name => name is not ("lo" or "eth0")).ToList())
        {
            RemoveLink(link);
        }

        Routes.RemoveAll(route => route.Device != "eth0" || route.Protocol == "cilium" || route.Protocol == "flannel");
        Chains.RemoveAll(chain => !chain.Name.StartsWith("KUBE-KUBELET", StringComparison.Ordinal));
        NftTables.Clear();
        Ipsets.Clear();
        VirtualServers.Clear();
        foreach (var path in Files.Keys.Where(path => path.StartsWith("/run/", StringComparison.Ordinal)).ToList())
        {
            Files.Remove(path);
        }
    }
}
