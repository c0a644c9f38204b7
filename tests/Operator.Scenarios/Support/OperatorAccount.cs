using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>ServiceAccounts that an operator runs as.</summary>
internal static class OperatorAccount
{
    public const string Namespace = "netprofile-system";

    /// <summary>
    /// What the operator's own chart gives it and its agents, rendered and made by the real helm. Its Deployment does nothing here,
    /// since the operator of a test runs elsewhere.
    /// </summary>
    /// <returns>The kubeconfigs of the operator's account and of the agents'.</returns>
    public static async Task<(string Operator, string Agent)> InstallChartAsync(ScenarioCluster cluster)
    {
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec
            {
                FileName = cluster.Helm,
                Arguments =
                [
                    "install", "netprofile", Path.Combine(HelmBinary.RepositoryRoot(), "charts", "netprofile-operator"),
                    $"--namespace={Namespace}", "--create-namespace", "--set=crds.install=false", "--set=replicas=1",
                ],
                Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = cluster.Kubeconfig, ["HELM_CACHE_HOME"] = Path.Combine(cluster.Folder, "helm") },
                Timeout = TimeSpan.FromMinutes(1),
            },
            TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.StandardError);
        return (await KubeconfigAsync(cluster, "netprofile"), await KubeconfigAsync(cluster, "netprofile-agent"));
    }

    private static async Task<string> KubeconfigAsync(ScenarioCluster cluster, string account)
    {
        var path = Path.Combine(cluster.Folder, account);
        await File.WriteAllTextAsync(path, cluster.Living.Api.KubeconfigOf(Namespace, account), TestContext.Current.CancellationToken);
        return path;
    }

    /// <summary>All that the operator needs but writing DaemonSets.</summary>
    public static readonly IReadOnlyList<string> WithoutDaemonSets =
    [
        """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"limited","namespace":"kube-system"}}""",
        """
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"limited"},"rules":[
          {"apiGroups":["","batch","rbac.authorization.k8s.io","coordination.k8s.io","events.k8s.io","netprofile.io","discovery.k8s.io","policy","apiextensions.k8s.io","networking.k8s.io"],"resources":["*"],"verbs":["*"]},
          {"apiGroups":["apps"],"resources":["deployments"],"verbs":["*"]},
          {"apiGroups":["apps"],"resources":["daemonsets"],"verbs":["get","list","watch"]},
          {"apiGroups":["cilium.io","gateway.networking.k8s.io","multicluster.x-k8s.io","monitoring.coreos.com","storage.k8s.io","apps"],"resources":["*"],"verbs":["get","list","watch"]},
          {"nonResourceURLs":["*"],"verbs":["get"]}]}
        """,
        """
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"limited"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"limited"},
         "subjects":[{"kind":"ServiceAccount","name":"limited","namespace":"kube-system"}]}
        """,
    ];
}
