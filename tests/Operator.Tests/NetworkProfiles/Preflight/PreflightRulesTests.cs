using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Preflight;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Preflight;

/// <summary>Each rule alone: a fit cluster passes all of them, and one thing wrong is told with its place and what to do.</summary>
public sealed class PreflightRulesTests
{
    private sealed record Case(string Name, bool Blocks, string Reason, string[] Words, NetworkProfileSpec? Spec = null, Func<NetworkProfileObservation, NetworkProfileObservation>? Seen = null, Func<string, NodeFacts>? Facts = null, JsonObject? Values = null, bool IsInstall = true);

    private static readonly NetworkProfileSpec Tunnel = new()
    {
        Cilium = new CiliumSpec { Version = "1.19.6" },
        Routing = new RoutingSpec { Mode = RoutingMode.Tunnel },
        Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"] },
    };

    private static readonly NetworkProfileSpec Native = Tunnel with { Routing = new RoutingSpec { Mode = RoutingMode.Native, AutoDirectNodeRoutes = true } };

    private static readonly NetworkProfileSpec Replacing = Tunnel with { KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true } };

    private static readonly Case[] Cases =
    [
        new("option missing", true, PreflightReasons.KernelOptionMissing, ["CONFIG_WIREGUARD", "node2", "spec.encryption.type"],
            Tunnel with { Encryption = new EncryptionSpec { Type = EncryptionType.WireGuard } }, Facts: n => n == "node2" ? Healthy(n) with { Kernel = new KernelFacts { Options = new Dictionary<string, KernelOption> { ["WIREGUARD"] = KernelOption.No } } } : Healthy(n)),
        new("option missing for a feature that stays off", false, PreflightReasons.KernelOptionMissing, ["CONFIG_NET_SCH_FQ", "stay off"],
            Tunnel with { BandwidthManager = new BandwidthManagerSpec { Enabled = true } }, Facts: n => Healthy(n) with { Kernel = new KernelFacts { Options = new Dictionary<string, KernelOption> { ["NET_SCH_FQ"] = KernelOption.No } } }),
        new("pool over services", true, PreflightReasons.AddressOverlap, ["10.96.0.0/12", "ServiceCIDR kubernetes", "10.100.0.0/16"],
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.100.0.0/16"] } }, s => s with { Survey = new ClusterSurvey { ServiceCidrs = [new ServiceNetwork("10.96.0.0/12", "ServiceCIDR kubernetes")] } }),
        new("pool over services of a running Cilium", false, PreflightReasons.AddressOverlap, ["10.96.0.1/32", "the running Cilium has this one"],
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.0.0.0/8"] } },
            s => s with { CiliumConfig = new Dictionary<string, string> { ["cluster-pool-ipv4-cidr"] = "10.0.0.0/8" }, Survey = new ClusterSurvey { ServiceCidrs = [new ServiceNetwork("10.96.0.1/32", "Service default/kubernetes")] } }, IsInstall: false),
        new("pool over the nodes' network", true, PreflightReasons.AddressOverlap, ["172.30.0.0/16", "eth0", "node1"],
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["172.30.128.0/17"] } }),
        new("pool over unused podCIDRs", false, PreflightReasons.AddressOverlap, ["10.244.0.0/16", "node1, node2, node3"], Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.244.0.0/16"] } }),
        new("IPv6 pool too small", true, PreflightReasons.TooFewAddresses, ["spec.ipam.ipv6PodCIDRs", "room for 2 nodes", "there are 3"],
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"], Ipv6PodCIDRs = ["fd00::/119"], Ipv6MaskSize = 120 } }),
        new("blocks smaller than a node's pods", false, PreflightReasons.TooFewAddresses, ["spec.ipam.ipv4MaskSize: 26", "60 addresses", "110 pods"],
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"], Ipv4MaskSize = 26 } }),
        new("podCIDRs inside of one another", true, PreflightReasons.DuplicatePodCIDR, ["10.244.0.0/23", "node1, node3"],
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.Kubernetes } }, s => s with { Nodes = [Node(1), Node(2) with { Spec = new V1NodeSpec { PodCIDR = "10.244.9.0/24" } }, Node(3) with { Spec = new V1NodeSpec { PodCIDR = "10.244.0.0/23" } }] }),
        new("port taken", true, PreflightReasons.PortTaken, ["udp/8472", "vxlan.calico (vxlan)", "node2", "tunnelPort"], Facts: n => n == "node2" ? Healthy(n) with { Ports = [new PortFacts { Port = "udp/8472", Holder = "vxlan.calico (vxlan)" }] } : Healthy(n)),
        new("health port taken", true, PreflightReasons.PortTaken, ["tcp/4240", "nginx"], Facts: n => Healthy(n) with { Ports = [new PortFacts { Port = "tcp/4240", Holder = "nginx" }] }),
        new("API server not reached", true, PreflightReasons.ApiServerUnreachable, ["172.30.0.1:6443", "node3", "refused"], Replacing, Facts: n => n == "node3" ? Healthy(n) with { ApiServerEndpoints = [new EndpointFacts { Endpoint = "172.30.0.1:6443", Reachable = false, Message = "refused" }] } : Healthy(n)),
        new("one API server of an HA cluster", false, PreflightReasons.SingleApiServer, ["172.30.0.1:6443", "node1", "2 control-plane nodes", "load balancer"],
            Replacing, s => s with { Nodes = [.. s.Nodes.Select((n, i) => i < 2 ? n with { Metadata = n.Metadata with { Labels = new Dictionary<string, string> { ["node-role.kubernetes.io/control-plane"] = "" } } } : n)] }),
        new("nobody serves Services", true, PreflightReasons.NoServiceProxy, ["kube-proxy", "kubeProxyReplacement.enabled: true"], Seen: s => s with { DaemonSets = [], Nodes = [.. s.Nodes.Select(n => n with { Metadata = n.Metadata with { Annotations = new Dictionary<string, string> { ["kubeadm.alpha.kubernetes.io/cri-socket"] = "x" } } })] }),
        new("IPsec without keys", true, PreflightReasons.IPsecKeys, ["Secret kube-system/cilium-ipsec-keys doesn't exist", "openssl rand"], Tunnel with { Encryption = new EncryptionSpec { Type = EncryptionType.IPsec } }, s => s with { Survey = new ClusterSurvey { IPsecKeysProblem = "Secret kube-system/cilium-ipsec-keys doesn't exist" } }),
        new("Gateway API without CRDs", true, PreflightReasons.GatewayApiMissing, ["gatewayAPI.enabled", "grpcroutes", "referencegrants"],
            Tunnel with { Cilium = Tunnel.Cilium! with { Values = new JsonObject { ["gatewayAPI"] = new JsonObject { ["enabled"] = true } } } }, s => s with { Survey = new ClusterSurvey { GatewayApiResources = ["gatewayclasses", "gateways", "httproutes"] } }),
        new("CiliumNodes outside of the pool", true, PreflightReasons.Leftovers, ["node1", "10.0.1.0/24", "kubectl delete ciliumnodes"], Seen: s => s with { Survey = new ClusterSurvey { CiliumNodes = [new LeftCiliumNode("node1", ["10.0.1.0/24"])] } }),
        new("CiliumNodes inside of the pool", false, PreflightReasons.Leftovers, ["1 CiliumNodes", "node1"], Seen: s => s with { Survey = new ClusterSurvey { CiliumNodes = [new LeftCiliumNode("node1", ["10.245.1.0/24"])] } }),
        new("devices of an earlier Cilium", false, PreflightReasons.Leftovers, ["cilium_host", "node1"], Facts: n => n == "node1" ? Healthy(n) with { Links = [.. Healthy(n).Links!, new LinkFacts { Name = "cilium_host" }] } : Healthy(n)),
        new("Calico of a GitOps tool", true, PreflightReasons.OtherNetwork, ["kube-system/calico-node", "Calico", "Argo CD Application net"], Seen: s => s with { DaemonSets = [.. s.DaemonSets, DaemonSet("calico-node", "docker.io/calico/node:v3.30", ("argocd.argoproj.io/tracking-id", "net:apps/DaemonSet:kube-system/calico-node"))] }),
        new("kindnet", false, PreflightReasons.OtherNetwork, ["kindnet", "kube-system/kindnet"], Seen: s => s with { DaemonSets = [.. s.DaemonSets, DaemonSet("kindnet", "docker.io/kindest/kindnetd:v2025")] }),
        new("rke2's chart", true, PreflightReasons.OtherNetwork, ["HelmChart kube-system/rke2-calico", "cni: none"], Seen: s => s with { Survey = new ClusterSurvey { HelmCharts = ["kube-system/rke2-calico"] }, DaemonSets = [.. s.DaemonSets, DaemonSet("calico-node", "rancher/mirrored-calico-node:v3.30")] }),
        new("another cluster's name", true, PreflightReasons.Immutable, ["cluster.name would become default", "cluster-name: prod"], Seen: Running(("cluster-name", "prod")), Values: new JsonObject(), IsInstall: false),
        new("another IPAM mode", true, PreflightReasons.Immutable, ["ipam.mode would become cluster-pool", "ipam: kubernetes"], Seen: Running(("ipam", "kubernetes")), Values: new JsonObject(), IsInstall: false),
        new("a pool that nodes hold", true, PreflightReasons.Immutable, ["10.0.0.0/8", "10.245.0.0/16"], Seen: Running(("cluster-pool-ipv4-cidr", "10.0.0.0/8")),
            Values: new JsonObject { ["ipam"] = new JsonObject { ["operator"] = new JsonObject { ["clusterPoolIPv4PodCIDRList"] = new JsonArray("10.245.0.0/16") } } }, IsInstall: false),
        new("AKS' own Cilium", true, PreflightReasons.PlatformLimit, ["AKS", "node1", "--network-plugin none"], Seen: Labelled("kubernetes.azure.com/ebpf-dataplane", "cilium")),
        new("GKE's own Cilium", true, PreflightReasons.PlatformLimit, ["kube-system/anetd", "Dataplane V2"], Seen: s => s with { DaemonSets = [.. s.DaemonSets, DaemonSet("anetd", "gke.gcr.io/cilium/cilium:v1")] }),
        new("EKS Anywhere", false, PreflightReasons.PlatformLimit, ["skipUpgrade"], Seen: s => s with { Survey = new ClusterSurvey { ApiGroups = ["anywhere.eks.amazonaws.com"] } }),
        new("OpenShift", false, PreflightReasons.PlatformLimit, ["SecurityContextConstraints", "oc adm policy"], Seen: s => s with { Survey = new ClusterSurvey { ApiGroups = ["config.openshift.io"] } }),
        new("kind", false, PreflightReasons.PlatformLimit, ["kind", "stays off"], Tunnel with { BandwidthManager = new BandwidthManagerSpec { Enabled = true } }, s => s with { Nodes = [.. s.Nodes.Select(n => n with { Spec = n.Spec! with { ProviderID = "kind://docker/kind/a" } })] }),
        new("kube-proxy in k3s", false, PreflightReasons.PlatformLimit, ["k3s", "--disable-kube-proxy", "node1"], Replacing, K3s("[\"server\",\"--flannel-backend=none\",\"--disable-network-policy\"]")),
        new("network policies of k3s", false, PreflightReasons.PlatformLimit, ["--disable-network-policy"], Replacing, K3s("[\"server\",\"--disable-kube-proxy\"]")),
        new("Talos puts kube-proxy back", false, PreflightReasons.PlatformLimit, ["cluster.proxy.disabled: true"], Replacing, s => s with { Nodes = [.. s.Nodes.Select(n => n with { Status = n.Status! with { NodeInfo = n.Status.NodeInfo! with { OsImage = "Talos (v1.11.0)" } } })] }),
        new("path narrower than devices", true, PreflightReasons.PathMtuTooSmall, ["node1 → node3 1400", "spec.routing.mtu: 1400", "vanish"], Facts: n => n == "node1" ? Healthy(n) with { Peers = [new PeerFacts { Node = "node3", Address = "172.30.0.3", PathMtu = 1400, Message = "larger packets vanish without a word" }] } : Healthy(n)),
        new("MTU larger than a device", true, PreflightReasons.PathMtuTooSmall, ["spec.routing.mtu: 9000", "1500", "node1, node2, node3"], Tunnel with { Routing = new RoutingSpec { Mode = RoutingMode.Tunnel, Mtu = 9000 } }),
        new("devices of different MTUs", false, PreflightReasons.PathMtuTooSmall, ["1500 and 9000", "spec.routing.mtu: 1500"], Facts: n => n == "node1" ? Healthy(n, 9000) : Healthy(n)),
        new("nothing left for IPv6", true, PreflightReasons.PathMtuTooSmall, ["overlay takes 50", "WireGuard 80", "1270", "IPv6 needs 1280"],
            Tunnel with { Encryption = new EncryptionSpec { Type = EncryptionType.WireGuard }, Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"], Ipv6PodCIDRs = ["fd00::/104"] } }, Facts: n => Healthy(n, 1400)),
        new("no L2", true, PreflightReasons.NotAdjacent, ["node1 ↔ node2 (it is reached by way of 172.30.0.254)", "directRoutingSkipUnreachable", "bgpControlPlane"], Native, Facts: Apart("node2", "node1")),
        new("no L2, and known", false, PreflightReasons.NotAdjacent, ["node1 ↔ node2"], Native with { Routing = Native.Routing! with { DirectRoutingSkipUnreachable = true } }, Facts: Apart("node2", "node1")),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_told_and_nothing_else(string name)
    {
        var test = Cases.Single(c => c.Name == name);

        var found = Check(test);

        var finding = Assert.Single(found, f => f.Reason == test.Reason && f.Blocks == test.Blocks && test.Words.All(w => f.Message.Contains(w, StringComparison.Ordinal)));
        Assert.DoesNotContain(found, f => f.Blocks && f != finding);
    }

    [Fact]
    public void A_fit_cluster_has_no_findings()
    {
        Assert.Empty(Check(new Case("fit", false, "", [])));
        Assert.Empty(Check(new Case("fit", false, "", [], Native)));
        Assert.Empty(Check(new Case("fit", false, "", [], Replacing)));
    }

    [Fact]
    public void Many_pairs_are_told_as_networks()
    {
        var nodes = Enumerable.Range(1, 40).Select(Node).ToList();
        bool IsFirst(string name) => int.Parse(name.AsSpan(4), CultureInfo.InvariantCulture) <= 20;
        var found = Check(new Case("many", true, "", [], Native, s => s with { Nodes = nodes }, n => Healthy(n) with
        {
            Peers = [.. nodes.Select(o => o.Metadata.Name!).Where(o => IsFirst(o) != IsFirst(n)).Select(o => new PeerFacts { Node = o, Address = "172.30.0.1", SameL2 = false })],
        }));

        var message = Assert.Single(found).Message;
        Assert.Contains("2 networks, with 20 nodes (node1, node10, node11 and 17 more); with 20 nodes (node21, node22, node23 and 17 more); 400 pairs such as node1 ↔ node21", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3+ rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 128", null)]
    [InlineData("3 rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 128\n", null)]
    [InlineData("3 hmac(sha256) 0123456789abcdef cbc(aes) 0123456789abcdef", null)]
    [InlineData("", "no key")]
    [InlineData("16+ rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 128", "1 to 15")]
    [InlineData("3+ rfc4106(gcm(aes)) 0123456789abcdef 128", "16 hexadecimal digits")]
    [InlineData("3+ rfc4106(gcm(aes)) zz23456789abcdef0123456789abcdef01234567 128", "isn't hexadecimal")]
    [InlineData("3+ rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567", "four words")]
    [InlineData("3+ rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 12", "check value")]
    [InlineData("3+ rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 128\n4+ wrong", "line 2")]
    public void IPsec_keys_are_judged_without_being_told(string content, string? problem)
    {
        var found = IPsecKeys.ProblemOf(System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Equal(problem is null, found is null);
        Assert.Contains(problem ?? "", found ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", found ?? "", StringComparison.Ordinal);
    }

    private static IReadOnlyList<PreflightFinding> Check(Case test)
    {
        var spec = NetworkProfileDefaults.Resolve(test.Spec ?? Tunnel);
        var seen = test.Seen?.Invoke(Seen) ?? Seen;
        return PreflightRules.Check(new PreflightInput
        {
            Spec = spec,
            Seen = seen,
            Context = new ValuesContext { ApiServerEndpoints = ["172.30.0.1:6443"] },
            Values = test.Values,
            IsInstall = test.IsInstall,
            Facts = seen.Nodes.ToDictionary(n => n.Metadata.Name!, n => SlimFacts.Of((test.Facts ?? (name => Healthy(name)))(n.Metadata.Name!))),
        });
    }

    private static NodeFacts Healthy(string node, int mtu = 1500) => new()
    {
        DefaultRouteDevice = "eth0",
        Links = [new LinkFacts { Name = "eth0", Mtu = mtu, Addresses = [$"172.30.0.{node[4..]}/16"] }],
        Ports = [new PortFacts { Port = "udp/8472", Holder = "" }],
        ApiServerEndpoints = [new EndpointFacts { Endpoint = "172.30.0.1:6443", Reachable = true }],
        Peers = [new PeerFacts { Node = "node9", Address = "172.30.0.9", SameL2 = true, PathMtu = mtu }],
    };

    private static Func<string, NodeFacts> Apart(string node, string peer) =>
        name => name == node ? Healthy(name) with { Peers = [new PeerFacts { Node = peer, Address = "172.30.0.1", SameL2 = false, Message = "it is reached by way of 172.30.0.254" }] } : Healthy(name);

    private static Func<NetworkProfileObservation, NetworkProfileObservation> Running(params (string Key, string Value)[] config) => seen => seen with
    {
        CiliumConfig = config.ToDictionary(c => c.Key, c => c.Value),
        CiliumDaemonSets = [DaemonSet("cilium", "quay.io/cilium/cilium:v1.19.6")],
    };

    private static Func<NetworkProfileObservation, NetworkProfileObservation> Labelled(string key, string value) =>
        seen => seen with { Nodes = [.. seen.Nodes.Select(n => n with { Metadata = n.Metadata with { Labels = new Dictionary<string, string> { [key] = value } } })] };

    private static Func<NetworkProfileObservation, NetworkProfileObservation> K3s(string arguments) => seen => seen with
    {
        DaemonSets = [],
        Nodes = [.. seen.Nodes.Select((n, i) => n with
        {
            Metadata = n.Metadata with { Annotations = i == 0 ? new Dictionary<string, string> { ["k3s.io/node-args"] = arguments } : null },
            Status = n.Status! with { NodeInfo = n.Status.NodeInfo! with { KubeletVersion = "v1.35.0+k3s1" } },
        })],
    };

    private static V1DaemonSet DaemonSet(string name, string image, params (string Key, string Value)[] annotations) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = "kube-system", Name = name, Annotations = annotations.ToDictionary(a => a.Key, a => a.Value) },
        Spec = new V1DaemonSetSpec { Template = new V1PodTemplateSpec { Spec = new V1PodSpec { Containers = [new V1Container { Name = name, Image = image }] } } },
    };

    private static V1Node Node(int index) => new()
    {
        Metadata = new V1ObjectMeta { Name = $"node{index}" },
        Spec = new V1NodeSpec { PodCIDR = $"10.244.{index - 1}.0/24" },
        Status = new V1NodeStatus
        {
            Addresses = [new V1NodeAddress { Type = "InternalIP", Address = $"172.30.0.{index}" }],
            NodeInfo = new V1NodeSystemInfo { KernelVersion = "6.8.0" },
            Allocatable = new Dictionary<string, Quantity> { ["pods"] = new("110") },
        },
    };

    private static NetworkProfileObservation Seen { get; } = new()
    {
        ObservedAt = ReportedCluster.Now,
        ProfileInForce = null,
        NamespaceExists = true,
        History = [],
        Holder = PendingHolder.None,
        ValuesFrom = new ValuesSources { Documents = [], Errors = [] },
        KubernetesVersion = "1.35.0",
        Nodes = [Node(1), Node(2), Node(3)],
        DaemonSets = [DaemonSet("kube-proxy", "registry.k8s.io/kube-proxy:v1.35.0")],
        CiliumDaemonSets = [],
        Deployments = [],
        Pods = [],
        CiliumConfig = null,
        ApiServerEndpoints = ["172.30.0.1:6443"],
        ClusterPodCidrs = [],
        ForeignOwner = null,
    };
}
