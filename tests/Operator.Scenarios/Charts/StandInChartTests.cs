using System.Globalization;
using NetProfile.SimulatedCluster.Charts;
using YamlDotNet.RepresentationModel;

namespace NetProfile.Operator.Scenarios.Charts;

/// <summary>The stand-in chart behaves, minor by minor, as the released charts do where the operator depends on it.</summary>
public sealed class StandInChartTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("netprofile-chart-").FullName;

    public static TheoryData<string, int> VersionsAndHelms()
    {
        var data = new TheoryData<string, int>();
        foreach (var version in ChartPackage.CiliumVersions)
        {
            data.Add(version, 3);
            data.Add(version, 4);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(VersionsAndHelms))]
    public async Task Every_version_renders_and_lints(string version, int helm)
    {
        var chart = ChartPackage.Cilium(version).WriteTo(directory);
        var (exit, output, error) = await HelmBinary.OrSkip(helm).RunAsync(directory, "lint", "--strict", chart);
        Assert.True(exit == 0, output + error);

        var objects = await RenderAsync(version, helm);
        Assert.Contains("DaemonSet kube-system/cilium", objects.Keys);
        Assert.Contains("Deployment kube-system/cilium-operator", objects.Keys);
        Assert.Equal(Minor(version) >= 16, objects.ContainsKey("DaemonSet kube-system/cilium-envoy"));
        Assert.Equal(Minor(version) >= 17, objects.ContainsKey("Namespace /cilium-secrets"));
    }

    [Theory]
    [InlineData("1.13.18", "routingMode=native", "tunnel", "vxlan")]
    [InlineData("1.13.18", "tunnel=disabled", "tunnel", "disabled")]
    [InlineData("1.14.19", "tunnel=disabled", "routing-mode", "native")]
    [InlineData("1.14.19", "routingMode=native", "tunnel-protocol", null)]
    [InlineData("1.17.18", "routingMode=native", "tunnel-protocol", "vxlan")]
    [InlineData("1.14.19", "tunnel=disabled,routingMode=tunnel", "tunnel-protocol", null)]
    [InlineData("1.13.18", "debug.enabled=false", "kube-proxy-replacement", "disabled")]
    [InlineData("1.15.19", "kubeProxyReplacement=strict", "kube-proxy-replacement", "strict")]
    [InlineData("1.19.6", "ipam.operator.clusterPoolIPv4PodCIDR=10.9.0.0/16", "cluster-pool-ipv4-cidr", "10.0.0.0/8")]
    [InlineData("1.18.12", "operator.unmanagedPodWatcher.restart=false", "unmanaged-pod-watcher-interval", "0")]
    [InlineData("1.19.6", "debug.enabled=false", "unmanaged-pod-watcher-interval", "15s")]
    [InlineData("1.19.6", "tunnelPort=8473", "tunnel-port", "8473")]
    [InlineData("1.19.6", "cni.customConf=true", "write-cni-conf-when-ready", null)]
    [InlineData("1.16.19", "extraConfig.enable-tunnel-big-tcp=true", "enable-tunnel-big-tcp", "true")]
    public async Task Values_decide_settings_as_in_the_release(string version, string values, string setting, string? expected)
    {
        var settings = Settings(await RenderAsync(version, 4, "--set", values));
        Assert.Equal(expected, settings.GetValueOrDefault(setting));
    }

    [Theory]
    [InlineData("1.15.19", "tunnel=vxlan", "tunnel was deprecated in v1.14 and has been removed in v1.15")]
    [InlineData("1.13.18", "kubeProxyReplacement=true", "kubeProxyReplacement")]
    [InlineData("1.16.19", "kubeProxyReplacement=strict", "kubeProxyReplacement must be explicitly set to a valid value (true or false)")]
    [InlineData("1.17.18", "upgradeCompatibility=1.13", "kubeProxyReplacement must be explicitly set")]
    [InlineData("1.18.12", "routingMode=native,enableIPv4Masquerade=true", "ipv4NativeRoutingCIDR must be set when routingMode is native")]
    [InlineData("1.14.19", "ipam.operator.clusterPoolIPv4PodCIDR=10.9.0.0/16", "clusterPoolIPv4PodCIDR")]
    [InlineData("1.19.6", "hubble.ui.enabled=true", "Hubble UI requires")]
    [InlineData("1.16.19", "bandwidthManager=true", "bandwidthManager")]
    [InlineData("1.19.6", "k8sServiceHost=auto", "k8sServiceHost")]
    public async Task What_a_minor_refuses_fails(string version, string values, string message)
    {
        var chart = ChartPackage.Cilium(version).WriteTo(directory);
        var (exit, _, error) = await HelmBinary.OrSkip(4).RunAsync(directory, "template", "cilium", chart, "--kube-version", "1.35.0", "--set", values);
        Assert.NotEqual(0, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.16.19")]
    [InlineData("1.20.0")]
    public async Task A_port_written_as_text_is_refused_by_the_schema(string version)
    {
        var chart = ChartPackage.Cilium(version).WriteTo(directory);
        var (exit, _, error) = await HelmBinary.OrSkip(4).RunAsync(
            directory, "template", "cilium", chart, "--kube-version", "1.35.0", "--set-string", "tunnelPort=8473");
        Assert.NotEqual(0, exit);
        Assert.Contains("tunnelPort", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_settings_alone_rolls_agents_only_with_rollOutCiliumPods()
    {
        async Task<string> Template(params string[] values) => (await RenderAsync("1.19.6", 4, values))["DaemonSet kube-system/cilium"].ToString();

        Assert.Equal(await Template(), await Template("--set", "tunnelPort=8473"));
        Assert.NotEqual(
            await Template("--set", "rollOutCiliumPods=true"),
            await Template("--set", "rollOutCiliumPods=true,tunnelPort=8473"));
    }

    [Fact]
    public void The_archive_of_a_version_is_always_the_same() =>
        Assert.Equal(ChartPackage.Cilium("1.19.6").Digest, ChartPackage.Cilium("1.19.6").Digest);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static int Minor(string version) => int.Parse(version.Split('.')[1], CultureInfo.InvariantCulture);

    private async Task<IReadOnlyDictionary<string, YamlMappingNode>> RenderAsync(string version, int helm, params string[] more)
    {
        var chart = ChartPackage.Cilium(version).WriteTo(directory);
        var (exit, output, error) = await HelmBinary.OrSkip(helm).RunAsync(
            directory, ["template", "cilium", chart, "--namespace", "kube-system", "--kube-version", "1.35.0", .. more]);
        Assert.True(exit == 0, error);
        return RenderedObjects.Read(output);
    }

    private static Dictionary<string, string> Settings(IReadOnlyDictionary<string, YamlMappingNode> objects) =>
        RenderedObjects.Settings(objects["ConfigMap kube-system/cilium-config"]);
}
