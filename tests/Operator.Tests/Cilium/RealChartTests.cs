using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

/// <summary>The golden values, rendered by the real helm with the real charts: cilium-config has to say what the profile asks.</summary>
public class RealChartTests
{
    [Theory]
    [MemberData(nameof(ValuesCase.Accepted), MemberType = typeof(ValuesCase))]
    public void The_rendered_configuration_says_what_the_profile_asks(string name, string version)
    {
        var golden = new ValuesCase(name, CiliumVersion.Parse(version));
        var review = golden.Review();

        var rendered = HelmTemplate.Render(version, review.Values!);

        Assert.True(rendered.ExitCode == 0, rendered.Error);
        var config = rendered.CiliumConfig;
        var wanted = CiliumFeatures.Wanted(review.Spec, ValuesCase.Cluster);
        Assert.Equal(wanted, CiliumFeatures.Configured(config, review.Facts!).Where(f => wanted.Any(w => w.Name == f.Name)));
        Routing(review, config);
        Workloads(review, rendered);
        Assert.Equal(review.Spec.Hubble.Metrics, config.GetValueOrDefault("hubble-metrics", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (review.Spec.UnmanagedPods == UnmanagedPodsPolicy.Observe)
        {
            Assert.Equal("0", config["unmanaged-pod-watcher-interval"]);
        }

        // Certificates are the chart's own; no other Secret is made.
        Assert.All(rendered.Objects.Where(o => name != "raw-values" && o["kind"]!.ToString() == "Secret"), secret => Assert.Contains(secret["metadata"]!["name"]!.ToString(), (string[])["cilium-ca", "hubble-ca-secret", "hubble-server-certs", "hubble-relay-client-certs"]));
    }

    private static void Routing(ProfileReview review, IReadOnlyDictionary<string, string> config)
    {
        var routing = review.Spec.Routing;
        Assert.Equal(routing.AutoDirectNodeRoutes ? "true" : "false", config.GetValueOrDefault("auto-direct-node-routes", "false"));
        if (routing.Mode == RoutingMode.Native)
        {
            Assert.Equal(routing.Ipv4NativeRoutingCIDR ?? review.Spec.Ipam.Ipv4PodCIDRs[0], config["ipv4-native-routing-cidr"]);
        }

        if (routing.TunnelPortIsExplicit)
        {
            Assert.Equal(routing.TunnelPort.ToString(System.Globalization.CultureInfo.InvariantCulture), config["tunnel-port"]);
        }

        Assert.Equal(string.Join(' ', review.Spec.Ipam.Ipv4PodCIDRs), config["cluster-pool-ipv4-cidr"]);
        Assert.Equal(routing.Mtu > 0, config.GetValueOrDefault("mtu", "0") is not "0");
        if (review.Spec.KubeProxyReplacement.Enabled)
        {
            Assert.Equal(review.Spec.LoadBalancer.Mode.ToString().ToLowerInvariant(), config["bpf-lb-mode"]);
            Assert.Equal(review.Spec.LoadBalancer.Algorithm.ToString().ToLowerInvariant(), config["bpf-lb-algorithm"]);
        }
    }

    private static void Workloads(ProfileReview review, HelmTemplate rendered)
    {
        var agents = rendered.Find("DaemonSet", "cilium")!;
        Assert.NotNull(agents["spec"]!["template"]!["metadata"]!["annotations"]!["cilium.io/cilium-configmap-checksum"]);
        Assert.Equal("1", agents["spec"]!["updateStrategy"]!["rollingUpdate"]!["maxUnavailable"]!.ToString());
        Assert.Equal(review.Facts!.EnvoyDaemonSetByDefault, rendered.Find("DaemonSet", "cilium-envoy") is not null);
        Assert.Equal(review.Spec.Hubble.Relay, rendered.Find("Deployment", "hubble-relay") is not null);
        Assert.Equal(review.Spec.Hubble.Ui, rendered.Find("Deployment", "hubble-ui") is not null);
        Assert.NotNull(rendered.Find("Deployment", "cilium-operator"));
        if (review.Spec.KubeProxyReplacement.Enabled)
        {
            var container = agents["spec"]!["template"]!["spec"]!["containers"]![0]!;
            var host = container["env"]!.AsArray().FirstOrDefault(e => e!["name"]!.ToString() == "KUBERNETES_SERVICE_HOST");
            Assert.Equal(review.Values!["k8sServiceHost"]!.ToString(), host!["value"]!.ToString());
        }
    }
}
