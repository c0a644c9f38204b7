using NetProfile.Operator.Scenarios.Charts;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Charts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.Actors;

/// <summary>The unmodified helm against the living cluster, in real time with nothing to wait for.</summary>
public sealed class LiveHelmTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("netprofile-live-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Helm_waits_for_agents_and_takes_them_away_again(int major)
    {
        var helm = HelmBinary.OrSkip(major);
        await using var cluster = await new ClusterBuilder().WithNodes(3).WithKubeProxy().WithTimings(ActorTimings.Instant).StartAsync(Cancelled);
        cluster.RunInBackground();
        var kubeconfig = Path.Combine(directory, "kubeconfig");
        cluster.Api.WriteKubeconfig(kubeconfig);
        var chart = ChartPackage.Cilium("1.19.6").WriteTo(directory);
        async Task Run(params string[] arguments)
        {
            var (exit, output, error) = await helm.RunAsync(directory, [.. arguments, "--kubeconfig", kubeconfig, "--namespace", "kube-system", "--wait", "--timeout", "60s"]);
            Assert.True(exit == 0, output + error);
        }

        await Run("install", "cilium", chart);

        // Helm 3 is content with what maxUnavailable leaves.
        Assert.InRange(cluster.Store.Get("daemonsets.apps", "kube-system", "cilium").Long("status", "numberReady") ?? 0, major == 3 ? 1 : 3, 3);
        await Run("upgrade", "cilium", chart, "--reset-values", "--set", "rollOutCiliumPods=true," + CiliumRelease.Native);
        Assert.Equal(3, cluster.Store.Get("daemonsets.apps", "kube-system", "cilium").Long("status", "updatedNumberScheduled"));
        await Run("uninstall", "cilium");

        Assert.Null(cluster.Store.Get("daemonsets.apps", "kube-system", "cilium"));
        Assert.True(cluster.Host("node1", host => host.Files.ContainsKey("/etc/cni/net.d/05-cilium.conflist")), "uninstall leaves the CNI configuration");
        Assert.Equal(10, cluster.Store.List("customresourcedefinitions.apiextensions.k8s.io").Count);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
