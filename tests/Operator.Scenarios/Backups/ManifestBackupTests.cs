using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;

namespace NetProfile.Operator.Scenarios.Backups;

/// <summary>Nothing is lost: what the old network consists of is in a Secret before any of it goes.</summary>
public sealed class ManifestBackupTests
{
    private static readonly string[] s_flannel =
    [
        "ClusterRole/flannel", "ClusterRoleBinding/flannel", "ConfigMap/kube-flannel/kube-flannel-cfg", "DaemonSet/kube-flannel/kube-flannel-ds", "Namespace/kube-flannel", "ServiceAccount/kube-flannel/flannel",
    ];

    [Fact]
    public async Task All_that_Flannel_and_kube_proxy_consist_of_is_kept_with_how_Flannel_was_set_up()
    {
        await using var cluster = await BackupCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();

        var record = await cluster.TakenAsync();

        Assert.Equal([.. s_flannel, "ConfigMap/kube-system/kube-proxy", "DaemonSet/kube-system/kube-proxy"], record.Objects.OrderBy(o => o.Part).ThenBy(o => o.ToString(), StringComparer.Ordinal).Select(o => o.ToString()));
        Assert.Equal(s_flannel, record.OldNetwork.Select(o => o.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(new FlannelBackend { Type = "vxlan", Vni = 1, Port = 8472 }, record.Backend);
        Assert.Equal(["10.244.0.0/16"], record.OldPodCidrs);
        Assert.Equal((MigrationStrategy.Overlap, MigrationDirection.Forward, "cluster"), (record.Strategy, record.Direction, record.Profile));
        Assert.Null(cluster.Secret["metadata"]!["ownerReferences"]);
        Assert.Equal("netprofile-operator", (string?)cluster.Secret["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]);
        var content = await cluster.Backup.ReadAsync(record, TestContext.Current.CancellationToken);
        Assert.Equal(["node1", "node2"], content.Nodes.Select(n => n.Key));
        Assert.Contains("flannel.alpha.coreos.com/public-ip", content.Nodes["node1"]!.AsObject().Select(a => a.Key));
    }

    [Fact]
    public async Task A_manifest_has_nothing_that_the_server_writes_and_all_that_a_person_wrote()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var before = cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds")!;

        var content = await cluster.Backup.ReadAsync(await cluster.TakenAsync(), TestContext.Current.CancellationToken);

        var manifest = content.Manifests.Single(m => (string?)m["metadata"]!["name"] == "kube-flannel-ds");
        Assert.True(JsonNode.DeepEquals(before["spec"], manifest["spec"]));
        Assert.Equal(["labels", "name", "namespace"], manifest["metadata"]!.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.Null(manifest["status"]);
    }

    [Fact]
    public async Task What_was_parked_since_does_not_replace_what_was_kept_and_what_came_since_is_added()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var profile = BackupCluster.Profile with { Spec = BackupCluster.Profile.Spec! with { KubeProxyReplacement = null } };
        var first = (await cluster.TakeAsync(profile)).Record!;
        Assert.DoesNotContain(first.Objects, o => o.Part == BackupPart.KubeProxy);
        cluster.Park("kube-flannel", "kube-flannel-ds");
        cluster.Park("kube-system", "kube-proxy");

        var second = await cluster.TakenAsync();
        var unchanged = await cluster.TakenAsync();

        Assert.Equal(s_flannel.Length + 2, second.Objects.Count);
        Assert.Equal(second.ResourceVersion, unchanged.ResourceVersion);
        Assert.Equal(first.StartedAt, second.StartedAt);
        var content = await cluster.Backup.ReadAsync(second, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("netprofile.io/parked", string.Concat(content.Manifests.Select(m => m.ToJsonString())), StringComparison.Ordinal);
        Assert.Contains("\"nodeSelector\":{\"kubernetes.io/os\":\"linux\"}", string.Concat(content.Manifests.Select(m => m.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_noted_down_is_read_again_and_a_writer_who_knows_less_is_refused()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var taken = await cluster.TakenAsync();

        var noted = await cluster.Backup.SetAsync(taken, new Dictionary<string, string?> { [MigrationAnnotations.Direction] = "Back", [MigrationAnnotations.OutageStartedAt] = MigrationAnnotations.Of(taken.StartedAt) }, TestContext.Current.CancellationToken);

        Assert.Equal(MigrationDirection.Back, noted.Direction);
        Assert.Equal(taken.StartedAt, noted.OutageStartedAt);
        Assert.Equal(noted.ResourceVersion, (await cluster.ReadAsync()).Record!.ResourceVersion);
        var refused = await Assert.ThrowsAsync<NetProfile.Kubernetes.Client.KubernetesException>(() =>
            cluster.Backup.SetAsync(taken, new Dictionary<string, string?> { [MigrationAnnotations.Direction] = "Forward" }, TestContext.Current.CancellationToken));
        Assert.True(refused.IsConflict);
    }

    [Fact]
    public async Task Another_migration_after_a_restore_begins_a_new_record()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var first = await cluster.TakenAsync();
        await cluster.Backup.SetAsync(first, new Dictionary<string, string?> { [MigrationAnnotations.Direction] = "Back", [MigrationAnnotations.RestoredAt] = MigrationAnnotations.Of(first.StartedAt) }, TestContext.Current.CancellationToken);
        cluster.Store.Modify("configmaps", "kube-flannel", "kube-flannel-cfg", map => map["data"]!["net-conf.json"] = """{"Network":"10.99.0.0/16","Backend":{"Type":"host-gw"}}""");

        var second = await cluster.TakenAsync();

        Assert.Equal((MigrationDirection.Forward, null), (second.Direction, second.RestoredAt));
        Assert.Equal(new FlannelBackend { Type = "host-gw" }, second.Backend);
        Assert.Equal(["10.99.0.0/16"], second.OldPodCidrs);
    }

    [Fact]
    public async Task A_backup_that_no_Secret_can_hold_is_refused_and_names_what_is_too_large()
    {
        await using var cluster = await BackupCluster.StartAsync();
        cluster.Store.Modify("configmaps", "kube-flannel", "kube-flannel-cfg", map => map["data"]!["noise"] = Scrambled(1_200_000));

        var outcome = await cluster.TakeAsync();

        Assert.Null(outcome.Record);
        Assert.Contains("ConfigMap/kube-flannel/kube-flannel-cfg (", outcome.Problem, StringComparison.Ordinal);
        Assert.Null(cluster.Store.Get("secrets", "netprofile-system", "netprofile-backup"));
    }

    [Theory]
    [InlineData("netprofile.io/backup-format", "7", "reads 1")]
    [InlineData("netprofile.io/direction", "Sideways", "somebody has changed the Secret")]
    public async Task A_Secret_that_this_operator_did_not_write_like_that_is_left_alone_and_told(string annotation, string value, string said)
    {
        await using var cluster = await BackupCluster.StartAsync();
        await cluster.TakenAsync();
        cluster.Store.Modify("secrets", "netprofile-system", "netprofile-backup", secret => secret["metadata"]!["annotations"]![annotation] = value);
        var before = cluster.Secret.ToJsonString();

        var outcome = await cluster.TakeAsync();

        Assert.Contains(said, outcome.Problem, StringComparison.Ordinal);
        Assert.Contains("netprofile-system/netprofile-backup", outcome.Problem, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Secret.ToJsonString());
    }

    [Fact]
    public async Task Manifests_that_somebody_has_changed_are_not_used()
    {
        await using var cluster = await BackupCluster.StartAsync();
        var record = await cluster.TakenAsync();
        cluster.Store.Modify("secrets", "netprofile-system", "netprofile-backup", secret => secret["metadata"]!["annotations"]!["netprofile.io/digest"] = "sha256:0");

        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await cluster.Backup.ReadAsync((await cluster.ReadAsync()).Record!, TestContext.Current.CancellationToken));

        Assert.Contains(record.Digest, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Bytes that gzip finds nothing in, the same in every run.</summary>
    private static string Scrambled(int length)
    {
        var random = new Random(7);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }
}
