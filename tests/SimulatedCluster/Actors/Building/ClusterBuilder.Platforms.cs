using NetProfile.SimulatedCluster.Actors.Flannel;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>What a cluster has before Cilium comes, as distributions and people make it.</summary>
public sealed partial class ClusterBuilder
{
    /// <summary>kube-flannel by its usual names, VXLAN, 10.244.0.0/16, unless <paramref name="change"/> says otherwise.</summary>
    public ClusterBuilder WithFlannel(Func<FlannelOptions, FlannelOptions>? change = null)
    {
        var flannel = change?.Invoke(new FlannelOptions()) ?? new FlannelOptions();
        return (flannel.DualStack ? WithDualStack() : this).With(Manifests.Flannel(flannel));
    }

    /// <summary>Calico's policies on Flannel's network, by the names of its manifest.</summary>
    public ClusterBuilder WithCanal() => With(Manifests.Canal());

    /// <summary>The DaemonSet and ConfigMap of kubeadm.</summary>
    /// <param name="mode">iptables, ipvs or nftables.</param>
    public ClusterBuilder WithKubeProxy(string mode = "iptables")
    {
        kubeProxy = mode;
        return this;
    }

    public ClusterBuilder WithoutKubeProxy()
    {
        kubeProxy = null;
        return this;
    }

    /// <summary>Pods may run on control planes, as on a cluster of one node.</summary>
    public ClusterBuilder WithUntaintedControlPlanes()
    {
        var others = annotate;
        annotate = (node, host, server) =>
        {
            others(node, host, server);
            node["spec"]!.AsObject().Remove("taints");
        };
        return this;
    }

    /// <summary>Two pods labelled k8s-app=kube-dns, and their service.</summary>
    public ClusterBuilder WithCoreDns() => With(Manifests.CoreDns);

    /// <summary>Namespace shop: a Deployment of as many replicas, a StatefulSet of two, a DaemonSet everywhere, a bare pod.</summary>
    public ClusterBuilder WithWorkloads(int replicas = 3) => With(Manifests.Workloads(replicas));

    /// <summary>Nodes have a pod CIDR of each family.</summary>
    public ClusterBuilder WithDualStack() => WithHosts(host =>
        host.PodCIDRv6 = $"fd00:10:244:{int.Parse(host.PodCIDR.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture):x}::/64");

    /// <summary>k3s: Flannel and kube-proxy are in its own process, CNI in its own folder.</summary>
    public ClusterBuilder WithK3s()
    {
        annotate = (node, host, server) => EmbeddedNetwork.Annotate(node, host, server);
        return WithVersion("+k3s1").WithHosts(host =>
        {
            (host.EmbeddedFlannel, host.EmbeddedKubeProxy) = (true, true);
            host.CniDirectory = "/var/lib/rancher/k3s/agent/etc/cni/net.d";
            host.Files["/etc/rancher/k3s/config.yaml"] = "";
        });
    }

    /// <summary>rke2 with its canal, which a HelmChart of its own brings; kube-proxy is one of its static pods.</summary>
    public ClusterBuilder WithRke2() => WithVersion("+rke2r1")
        .With(Manifests.Rke2Chart)
        .With(Manifests.Canal("rke2-canal", "{meta.helm.sh/release-name: rke2-canal, meta.helm.sh/release-namespace: kube-system}", "{k8s-app: canal, app.kubernetes.io/managed-by: Helm}"))
        .WithHosts(host =>
        {
            host.EmbeddedKubeProxy = true;
            host.Files["/etc/rancher/rke2/config.yaml"] = "cni: canal\n";
        });

    private ClusterBuilder WithVersion(string suffix) => WithOptions(value => value with { KubernetesVersion = value.KubernetesVersion + suffix });
}
