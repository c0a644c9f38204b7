using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Charts;

namespace NetProfile.Operator.Scenarios.Helm;

/// <summary>The operator's own chart, installed by the real helm.</summary>
public sealed class OperatorChartTests
{
    private static string Chart => Path.Combine(HelmBinary.RepositoryRoot(), "charts", "netprofile-operator");

    public static TheoryData<int> Majors => HelmCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Chart_installs_upgrades_and_leaves_the_CRDs_when_it_goes(int major)
    {
        await using var cluster = await HelmCluster.StartAsync(major);

        await RunAsync(cluster, "install", "netprofile", Chart, "--namespace=netprofile-system", "--create-namespace");
        Assert.Equal(["networkprofiles.netprofile.io", "nodenetworks.netprofile.io"], Names(cluster, "customresourcedefinitions.apiextensions.k8s.io"));
        Assert.Equal(["netprofile"], Names(cluster, "deployments.apps", "netprofile-system"));
        Assert.DoesNotContain(cluster.Cluster.Store.List("roles.rbac.authorization.k8s.io"), role => (string?)role["metadata"]!["name"] == "netprofile-flannel");
        Assert.Equal(["netprofile-agent"], Names(cluster, "validatingadmissionpolicies.admissionregistration.k8s.io"));

        cluster.Cluster.Store.Create("namespaces", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "kube-flannel" } });
        await RunAsync(cluster, "upgrade", "netprofile", Chart, "--namespace=netprofile-system", "--set=apiServer.endpoints={10.0.0.1:6443,10.0.0.2:6443}", "--set=replicas=1");
        var pod = cluster.Cluster.Store.Get("deployments.apps", "netprofile-system", "netprofile")!["spec"]!["template"]!["spec"]!;
        var arguments = pod["containers"]![0]!["args"]!.AsArray().Select(argument => (string?)argument);
        Assert.Contains("--api-server=10.0.0.2:6443", arguments);
        Assert.Contains(pod["tolerations"]!.AsArray(), toleration => JsonNode.DeepEquals(toleration, new JsonObject { ["operator"] = "Exists" }));

        Assert.Equal(["netprofile-flannel"], Names(cluster, "roles.rbac.authorization.k8s.io", "kube-flannel"));

        await RunAsync(cluster, "uninstall", "netprofile", "--namespace=netprofile-system");
        Assert.Empty(Names(cluster, "deployments.apps", "netprofile-system"));
        Assert.Equal(2, Names(cluster, "customresourcedefinitions.apiextensions.k8s.io").Length);
    }

    private static string[] Names(HelmCluster cluster, string resource, string? @namespace = null) =>
        [.. cluster.Cluster.Store.List(resource, @namespace).Select(o => (string)o["metadata"]!["name"]!).Order(StringComparer.Ordinal)];

    private static async Task RunAsync(HelmCluster cluster, params string[] arguments)
    {
        var (exit, _, error) = await cluster.RunAsync(arguments);
        Assert.True(exit == 0, error);
    }
}
