using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Backups;

/// <summary>The old network's objects go when they are in the record, and nothing else does.</summary>
public sealed class OldNetworkRemovalTests
{
    [Fact]
    public async Task All_of_Flannel_goes_and_kube_proxy_stays()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var record = await cluster.TakenAsync();

        var outcome = await cluster.RemoveAsync(record);

        Assert.Empty(outcome.Left);
        Assert.DoesNotContain(Everything(cluster), o => o.Contains("flannel", StringComparison.Ordinal));
        Assert.NotNull(cluster.Store.Get("daemonsets.apps", "kube-system", "kube-proxy"));
        Assert.NotNull(cluster.Store.Get("configmaps", "kube-system", "kube-proxy"));
        Assert.NotNull(cluster.Secret);
    }

    [Fact]
    public async Task A_namespace_in_which_something_else_lives_stays_with_it()
    {
        await using var cluster = await BackupCluster.StartAsync(b => b.WithFlannel().With("{apiVersion: v1, kind: ConfigMap, metadata: {name: mine, namespace: kube-flannel}}"));

        var outcome = await cluster.RemoveAsync(await cluster.TakenAsync());

        Assert.Equal("Namespace/kube-flannel stays: configmaps/mine lives in it", Assert.Single(outcome.Left));
        Assert.NotNull(cluster.Store.Get("configmaps", "kube-flannel", "mine"));
        Assert.Null(cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds"));
    }

    [Fact]
    public async Task What_was_made_anew_under_a_recorded_name_is_not_what_was_recorded()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var record = await cluster.TakenAsync();
        var daemonSet = cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds")!;
        cluster.Store.Delete("daemonsets.apps", "kube-flannel", "kube-flannel-ds");
        foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp" })
        {
            daemonSet["metadata"]!.AsObject().Remove(field);
        }

        cluster.Store.Create("daemonsets.apps", daemonSet);

        var outcome = await cluster.RemoveAsync(record);

        Assert.Equal(
            ["DaemonSet/kube-flannel/kube-flannel-ds stays: it was made anew since the backup", "Namespace/kube-flannel stays: daemonsets/kube-flannel-ds lives in it"],
            outcome.Left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_role_that_something_else_is_bound_to_stays()
    {
        await using var cluster = await BackupCluster.StartAsync(b => b.WithFlannel().With("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: watcher}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: flannel}
            subjects: [{kind: ServiceAccount, name: watcher, namespace: default}]
            """));

        var outcome = await cluster.RemoveAsync(await cluster.TakenAsync());

        Assert.Equal("ClusterRole/flannel stays: ClusterRoleBinding watcher binds it, too", Assert.Single(outcome.Left));
        Assert.NotNull(cluster.Store.Get("clusterroles.rbac.authorization.k8s.io", null, "flannel"));
        Assert.Null(cluster.Store.Get("clusterrolebindings.rbac.authorization.k8s.io", null, "flannel"));
    }

    [Fact]
    public async Task Flannel_that_helm_installed_is_uninstalled_by_helm_with_its_revisions_kept()
    {
        var helm = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "helm4", "helm");
        Assert.SkipUnless(File.Exists(helm), "helm 4 is not installed: make tools");
        await using var cluster = await BackupCluster.StartAsync(b => b.With("{apiVersion: v1, kind: Namespace, metadata: {name: kube-flannel}}"));
        var chart = FlannelChart.WriteTo(cluster.Folder);
        var installed = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec { FileName = helm, Arguments = ["install", "flannel", chart, "-n", "kube-flannel"], Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = cluster.Kubeconfig, ["HOME"] = cluster.Folder }, Timeout = TimeSpan.FromMinutes(1) },
            TestContext.Current.CancellationToken);
        Assert.True(installed.ExitCode == 0, installed.StandardError);

        var record = await cluster.TakenAsync();
        Assert.Contains(record.Objects, o => o.ToString() == "Secret/kube-flannel/sh.helm.release.v1.flannel.v1");
        Assert.Equal("kube-flannel/flannel", record.HelmRelease.ToString());
        var outcome = await cluster.RemoveAsync(record);

        Assert.Empty(outcome.Left);
        Assert.DoesNotContain(Everything(cluster), o => o.Contains("flannel", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Everything(BackupCluster cluster) =>
        new[] { "namespaces", "serviceaccounts", "configmaps", "secrets", "daemonsets.apps", "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" }
            .SelectMany(kind => cluster.Store.List(kind).Where(o => (string?)o["metadata"]!["deletionTimestamp"] is null).Select(o => $"{kind} {(string?)o["metadata"]!["namespace"]}/{(string?)o["metadata"]!["name"]}"));
}

/// <summary>A chart of our own with the names of Flannel's.</summary>
internal static class FlannelChart
{
    public static string WriteTo(string folder)
    {
        var chart = Path.Combine(folder, "flannel-chart");
        Directory.CreateDirectory(Path.Combine(chart, "templates"));
        File.WriteAllText(Path.Combine(chart, "Chart.yaml"), "apiVersion: v2\nname: flannel\nversion: 0.28.9\n");
        File.WriteAllText(Path.Combine(chart, "templates", "flannel.yaml"), """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: flannel, namespace: {{ .Release.Namespace }}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kube-flannel-cfg, namespace: {{ .Release.Namespace }}}
            data:
              net-conf.json: '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan"}}'
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: kube-flannel-ds, namespace: {{ .Release.Namespace }}, labels: {app: flannel}}
            spec:
              selector: {matchLabels: {app: flannel}}
              template:
                metadata: {labels: {app: flannel}}
                spec:
                  hostNetwork: true
                  serviceAccountName: flannel
                  tolerations: [{operator: Exists, effect: NoSchedule}]
                  initContainers: [{name: install-cni, image: "ghcr.io/flannel-io/flannel:v0.28.9"}]
                  containers: [{name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.28.9"}]
                  volumes: [{name: cfg, configMap: {name: kube-flannel-cfg}}]
            """);
        return chart;
    }
}
