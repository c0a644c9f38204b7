using NetProfile.Operator.Scenarios.Charts;
using NetProfile.SimulatedCluster.Charts;

namespace NetProfile.Operator.Scenarios.Actors;

/// <summary>Puts what the stand-in chart renders into a cluster, without a release.</summary>
internal static class CiliumRelease
{
    public const string Native = "routingMode=native,autoDirectNodeRoutes=true,ipv4NativeRoutingCIDR=10.245.0.0/16";

    public static async Task<string> RenderAsync(string version, string values)
    {
        var directory = Directory.CreateTempSubdirectory("netprofile-chart-").FullName;
        try
        {
            var chart = ChartPackage.Cilium(version).WriteTo(directory);
            var (exit, output, error) = await HelmBinary.OrSkip(4).RunAsync(
                directory, "template", "cilium", chart, "--namespace", "kube-system", "--kube-version", "1.35.0",
                "--set", "rollOutCiliumPods=true,ipam.operator.clusterPoolIPv4PodCIDRList={10.245.0.0/16}" + (values.Length > 0 ? "," + values : ""));
            Assert.True(exit == 0, error);
            return output;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public static async Task InstallAsync(this ActorTestCluster cluster, string version, string values = "") =>
        cluster.Living.Apply(await RenderAsync(version, values));
}
