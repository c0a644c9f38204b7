using System.Text.Json.Nodes;
using NetProfile.Helm;
using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.Helm;

/// <summary>A release through its life with the real helm 3 and helm 4; its state is read without them.</summary>
public sealed class HelmReleaseTests
{
    public static TheoryData<int> Majors => HelmCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Release_is_installed_upgraded_rolled_back_and_uninstalled(int major)
    {
        await using var cluster = await HelmCluster.StartAsync(major);
        var token = TestContext.Current.CancellationToken;
        var first = new JsonObject { ["debug"] = new JsonObject { ["enabled"] = true }, ["kubeConfigPath"] = null };
        var second = new JsonObject { ["debug"] = new JsonObject { ["enabled"] = false } };
        Assert.Equal(HelmState.Absent, (await cluster.DecideAsync(first)).State);

        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade(first, 1), token));
        var installed = await cluster.DecideAsync(first);
        Assert.Equal((HelmState.InSync, "pod-a.1", 2), (installed.State, installed.Mark!.Holder, installed.NextRevision));
        Assert.Equal(("cilium", "1.19.6", HelmReleaseStatus.Deployed), (installed.Latest!.ChartName, installed.Latest.ChartVersion, installed.Latest.Status));
        Assert.Equal(HelmState.OutOfSync, (await cluster.DecideAsync(second)).State);

        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade(second, 2), token));
        Assert.Equal(HelmState.InSync, (await cluster.DecideAsync(second)).State);

        Succeeded(await cluster.Helm.RollbackAsync(HelmCluster.Release, 1, TimeSpan.FromMinutes(1), token));
        var rolledBack = await cluster.DecideAsync(first);
        Assert.Equal((HelmState.InSync, null, 3), (rolledBack.State, rolledBack.Mark, rolledBack.Latest!.Revision));

        Succeeded(await cluster.Helm.UninstallAsync(HelmCluster.Release, TimeSpan.FromMinutes(1), token));
        Assert.Equal(HelmState.Absent, (await cluster.DecideAsync(first)).State);
        Succeeded(await cluster.Helm.UninstallAsync(HelmCluster.Release, TimeSpan.FromMinutes(1), token));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Upgrade_that_was_killed_locks_the_release_until_it_is_unlocked(int major)
    {
        await using var cluster = await HelmCluster.StartAsync(major);
        var token = TestContext.Current.CancellationToken;
        var (before, after) = (new JsonObject(), new JsonObject { ["debug"] = new JsonObject { ["enabled"] = true } });
        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade(before, 1), token));

        await KillUpgradeAsync(cluster, cluster.Upgrade(after, 2));
        var locked = await cluster.DecideAsync(after);
        Assert.Equal((HelmState.Locked, "pod-a.1", 1, 2), (locked.State, locked.Holder, locked.Deployed!.Revision, locked.Latest!.Revision));
        var refused = await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade(after, 3), token);
        Assert.Equal(HelmFailure.OperationInProgress, refused.Failure);

        Assert.True(await cluster.Helm.UnlockAsync(HelmCluster.Release, 2, token));
        Assert.False(await cluster.Helm.UnlockAsync(HelmCluster.Release, 2, token));
        Assert.Equal(HelmState.Failed, (await cluster.DecideAsync(after)).State);
        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade(after, 3), token));
        Assert.Equal(HelmState.InSync, (await cluster.DecideAsync(after)).State);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Install_that_was_killed_is_unlocked_and_completed(int major)
    {
        await using var cluster = await HelmCluster.StartAsync(major);
        var token = TestContext.Current.CancellationToken;

        await KillUpgradeAsync(cluster, cluster.Upgrade([], 1));
        Assert.Equal(HelmReleaseStatus.PendingInstall, (await cluster.DecideAsync([])).Latest!.Status);
        Assert.True(await cluster.Helm.UnlockAsync(HelmCluster.Release, 1, token));

        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade([], 2), token));
        Assert.Equal(HelmState.InSync, (await cluster.DecideAsync([])).State);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Release_that_a_person_made_is_unmanaged_and_an_upgrade_by_hand_of_ours_is_seen(int major)
    {
        await using var cluster = await HelmCluster.StartAsync(major);
        var chart = cluster.Upgrade([], 1).Chart.Path;
        await RunAsync(cluster, "install", "cilium", chart, "--namespace=kube-system");
        Assert.Equal(HelmState.Unmanaged, (await cluster.DecideAsync([])).State);

        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade([], 2), TestContext.Current.CancellationToken));
        await RunAsync(cluster, "upgrade", "cilium", chart, "--namespace=kube-system", "--set=debug.enabled=true");

        var byHand = await cluster.DecideAsync([]);
        Assert.Equal((HelmState.OutOfSync, "someone else made revision 3 with other values"), (byHand.State, byHand.Because));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Failures_of_the_cluster_have_their_kinds(int major)
    {
        await using var cluster = await HelmCluster.StartAsync(major);
        var token = TestContext.Current.CancellationToken;
        var request = cluster.Upgrade([], 1);

        var missing = await cluster.Helm.UpgradeInstallAsync(request with { Release = new HelmReleaseName("nowhere", "cilium") }, token);
        Assert.Equal(HelmFailure.NamespaceMissing, missing.Failure);
        Assert.Equal(HelmFailure.ReleaseNotFound, (await cluster.Helm.RollbackAsync(HelmCluster.Release, 1, TimeSpan.FromMinutes(1), token)).Failure);

        cluster.Cluster.Store.Create("serviceaccounts", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = new JsonObject { ["name"] = "nobody", ["namespace"] = "kube-system" } });
        using var nobody = cluster.As("kube-system", "nobody");
        Assert.Equal(HelmFailure.Forbidden, (await nobody.UpgradeInstallAsync(request, token)).Failure);

        using (cluster.Cluster.Faults.Outage())
        {
            Assert.Equal(HelmFailure.ApiUnreachable, (await cluster.Helm.UpgradeInstallAsync(request, token)).Failure);
        }
    }

    [Fact]
    public async Task Field_that_someone_else_owns_is_a_conflict_until_it_is_forced()
    {
        await using var cluster = await HelmCluster.StartAsync(4);
        var token = TestContext.Current.CancellationToken;
        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade([], 1), token));
        await cluster.PatchAsync("/api/v1/namespaces/kube-system/configmaps/cilium-config", new JsonObject { ["data"] = new JsonObject { ["debug"] = "maybe" } }, "somebody");

        var conflict = await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade([], 2), token);
        Assert.Equal(HelmFailure.FieldConflict, conflict.Failure);
        Assert.Contains("somebody", conflict.Message, StringComparison.Ordinal);
        Succeeded(await cluster.Helm.UpgradeInstallAsync(cluster.Upgrade([], 3) with { ForceConflicts = true }, token));
    }

    /// <summary>Helm is killed while the API server holds back the answer to its first write of an object.</summary>
    private static async Task KillUpgradeAsync(HelmCluster cluster, HelmUpgrade request)
    {
        var release = new TaskCompletionSource();
        using var create = cluster.Cluster.Faults.Hold(new FaultTarget("create", "configmaps", UserAgent: "Helm"), release.Task);
        using var patch = cluster.Cluster.Faults.Hold(new FaultTarget("patch", "configmaps", UserAgent: "Helm"), release.Task);
        using var killable = cluster.Killable();
        var running = killable.UpgradeInstallAsync(request, TestContext.Current.CancellationToken);
        while (!await IsPendingAsync(cluster))
        {
            Assert.False(running.IsCompleted, running.IsCompleted ? (await running).Message : "");
        }

        await cluster.KillHelmAsync();
        Assert.Equal("helm was killed by signal 9; out of memory?", (await running).Message);
        release.SetResult();
    }

    private static async Task<bool> IsPendingAsync(HelmCluster cluster) =>
        (await cluster.Helm.GetHistoryAsync(HelmCluster.Release, TestContext.Current.CancellationToken)) is [.., { IsPending: true }];

    private static async Task RunAsync(HelmCluster cluster, params string[] arguments)
    {
        var (exit, _, error) = await cluster.RunAsync(arguments);
        Assert.True(exit == 0, error);
    }

    private static void Succeeded(HelmOutcome outcome) => Assert.Equal((HelmFailure.None, ""), (outcome.Failure, outcome.Message));
}
