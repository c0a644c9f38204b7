using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Restore;
using NetProfile.NetworkProfiles.Uninstall;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>The way back, step by step: what is done next follows from what there is, and from nothing else.</summary>
public sealed class RestorePlannerTests
{
    private static readonly RecordedObject s_flannel = new("apps/v1", "DaemonSet", "kube-flannel", "kube-flannel-ds", "f1", BackupPart.OldNetwork);

    private static readonly MigrationRecord s_record = new()
    {
        Secret = "netprofile-system/netprofile-backup",
        ResourceVersion = "1",
        Profile = "cluster",
        Strategy = MigrationStrategy.Overlap,
        StartedAt = ReportedCluster.Now.AddHours(-1),
        Direction = MigrationDirection.Back,
        OldPodCidrs = ["10.244.0.0/16"],
        Backend = new FlannelBackend { Type = "vxlan", Vni = 1, Port = 8472 },
        HelmRelease = null,
        Objects = [s_flannel],
        HasManifests = true,
        Digest = "sha256:1",
        Annotations = new Dictionary<string, string>(),
    };

    private static readonly V1Alpha1NetworkProfile s_profile = new()
    {
        Metadata = new V1ObjectMeta { Name = "cluster", Uid = "p1", Generation = 1 },
        Spec = new NetworkProfileSpec { Cilium = new CiliumSpec { Version = "1.19.6" }, Routing = new RoutingSpec { Mode = RoutingMode.Tunnel } },
    };

    [Fact]
    public void What_was_planned_for_the_nodes_ends_before_anything_comes_back()
    {
        var plan = Plan(Seen(release: true, nodes: null), Nothing with { Missing = [s_flannel] });

        Assert.Equal(RestoreAction.Wait, plan.Action);
        Assert.All(plan.Nodes!.Apply, network => Assert.Equal(CiliumLeftovers.Idle.PlanId, network.Spec!.PlanId));
        Assert.Equal(3, plan.Nodes.Apply.Count);
    }

    [Fact]
    public void The_old_network_is_back_before_Cilium_goes() =>
        Assert.Equal(RestoreAction.BringBack, Plan(Seen(release: true, CiliumLeftovers.Idle), Nothing with { Missing = [s_flannel] }).Action);

    [Fact]
    public void Kube_proxy_runs_on_every_node_before_Cilium_goes()
    {
        var starting = new V1DaemonSet { Metadata = new V1ObjectMeta { Namespace = "kube-system", Name = "kube-proxy", Generation = 2 }, Status = new V1DaemonSetStatus { ObservedGeneration = 2, DesiredNumberScheduled = 3, NumberReady = 2 } };

        Assert.Contains("kube-proxy", Plan(Seen(release: true, CiliumLeftovers.Idle, starting), Nothing).Message, StringComparison.Ordinal);
        Assert.Equal(RestoreAction.Uninstall, Plan(Seen(release: true, CiliumLeftovers.Idle, starting with { Status = starting.Status! with { NumberReady = 3 } }), Nothing).Action);
    }

    [Fact]
    public void Nodes_switch_when_the_agents_of_Cilium_have_ended_and_the_overlay_that_holds_Flannels_port_goes_first()
    {
        var plan = Plan(Seen(release: false, CiliumLeftovers.Idle), Nothing);

        var spec = plan.Nodes!.Apply[0].Spec!;
        Assert.Equal([RestoreTask.CniConfs, "cilium-cni-conf", "cilium-service-programs", "cilium-service-pins", "cilium-links"], spec.Tasks!.Select(t => t.Entry));
        Assert.Equal(["cilium_vxlan", "cilium_geneve"], spec.Tasks![^1].Targets);
        Assert.DoesNotContain(spec.Tasks, t => t.EvenIfInUse != true && t is not RestoreTask);
    }

    [Fact]
    public void Pods_move_before_what_carries_them_goes()
    {
        var confs = CiliumLeftovers.Confs(NetworkProfileDefaults.Resolve(s_profile.Spec), s_record);
        var pod = new WorkloadPod { Namespace = "default", Name = "web-1", Uid = "w1", Node = "node1", Owner = new PodOwner("ReplicaSet", "default", "web"), IsUnmanaged = true, IsNodeLive = true, IsReady = true };
        var moving = Plan(Seen(release: false, confs), Nothing with { Pods = Census(pod) });
        var moved = Plan(Seen(release: false, confs), Nothing with { Pods = Census() });

        Assert.Equal(RestoreAction.MovePods, moving.Action);
        Assert.Equal("web-1", Assert.Single(moving.Moves!.Now).Name);
        Assert.Empty(moving.Nodes!.Apply);
        Assert.Equal(RestoreAction.Wait, moved.Action);
        Assert.All(moved.Nodes!.Apply, network => Assert.True(CiliumLeftovers.Has(network, CiliumLeftovers.AllAndBackups(s_record))));
    }

    [Fact]
    public void It_is_done_when_every_audit_has_found_nothing_and_every_pod_has_an_address()
    {
        var all = CiliumLeftovers.AllAndBackups(s_record);

        Assert.Equal(RestoreAction.Wait, Plan(Seen(release: false, all, audit: AuditState.Dirty), Nothing with { Pods = Census() }).Action);
        Assert.Contains("default/late", Plan(Seen(release: false, all), Nothing with { Pods = Census(), WithoutAddress = ["default/late"] }).Message, StringComparison.Ordinal);
        Assert.Equal(RestoreAction.Finish, Plan(Seen(release: false, all), Nothing with { Pods = Census() }).Action);
    }

    [Fact]
    public void What_can_not_be_done_is_refused_with_the_reason()
    {
        var asked = s_profile with { Metadata = s_profile.Metadata with { Annotations = new Dictionary<string, string> { [NetworkProfileNames.ActionAnnotation] = "restore" } } };
        var seen = Seen(release: true, nodes: null);
        string Refusal(NetworkProfileObservation observed)
        {
            var plan = RestorePlanner.Plan(asked, observed, Nothing);
            Assert.Equal(RestoreAction.Refuse, plan.Action);
            return plan.Message;
        }

        Assert.Contains("no backup", Refusal(seen with { Migration = null }), StringComparison.Ordinal);
        Assert.Contains("was changed by hand", Refusal(seen with { Migration = null, MigrationProblem = "Secret a/b was changed by hand" }), StringComparison.Ordinal);
        Assert.Contains("spec.previousCNI.backup", Refusal(seen with { Migration = s_record with { HasManifests = false } }), StringComparison.Ordinal);
        Assert.Contains(NodeAgentLaunch.ImageVariable, Refusal(seen with { NodeAgent = new NodeAgentLaunch { Namespace = "netprofile-system" } }), StringComparison.Ordinal);
        Assert.Contains("helm uninstall cilium", Refusal(seen with { History = [Release() with { Labels = new Dictionary<string, string>() }] }), StringComparison.Ordinal);
        Assert.Contains("back already", Refusal(seen with { Migration = s_record with { Annotations = new Dictionary<string, string> { [MigrationAnnotations.RestoredAt] = "2026-01-01T00:00:00Z" } } }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_had_gone_before_the_migration_is_a_persons_to_bring_back()
    {
        var asked = s_profile with { Metadata = s_profile.Metadata with { Annotations = new Dictionary<string, string> { [NetworkProfileNames.ActionAnnotation] = "restore" } } };
        var record = s_record with { Objects = [], Direction = MigrationDirection.Forward };
        var seen = Seen(release: true, nodes: null) with { Migration = record };

        var refused = RestorePlanner.Plan(asked, seen with { DaemonSets = [] }, Nothing);
        Assert.Equal(RestoreAction.Refuse, refused.Action);
        Assert.Contains("k3s: start every server without --flannel-backend=none", refused.Message, StringComparison.Ordinal);

        var back = new V1DaemonSet { Metadata = new V1ObjectMeta { Namespace = "kube-flannel", Name = "kube-flannel-ds", Labels = new Dictionary<string, string> { ["app"] = "flannel" } } };
        Assert.Equal(RestoreAction.Wait, RestorePlanner.Plan(asked, seen with { DaemonSets = [back] }, Nothing).Action);
    }

    [Fact]
    public void Definitions_that_came_with_Cilium_go_last_and_those_with_something_of_a_persons_stay()
    {
        var all = CiliumLeftovers.AllAndBackups(s_record);
        var record = s_record with { Annotations = new Dictionary<string, string> { [MigrationAnnotations.DefinitionsBefore] = "ciliumcidrgroups.cilium.io" } };
        CiliumObjectCount[] counts =
        [
            new("ciliumcidrgroups.cilium.io", "CiliumCIDRGroup", 0, IsPolicy: true),
            new("ciliumnetworkpolicies.cilium.io", "CiliumNetworkPolicy", 2, IsPolicy: true),
            new("ciliumnodeconfigs.cilium.io", "CiliumNodeConfig", 0, IsPolicy: true),
            new("ciliumnodes.cilium.io", "CiliumNode", 3, IsPolicy: false),
        ];
        RestorePlan PlanWith(RestoredDefinitions definitions) => Plan(Seen(release: false, all), Nothing with { Pods = Census(), Definitions = definitions });

        var may = RestoredDefinitions.Of(record, counts, mayDelete: true);
        Assert.Equal(["ciliumnodeconfigs.cilium.io", "ciliumnodes.cilium.io"], may.Going.Select(d => d.Definition));
        Assert.Equal(["ciliumnetworkpolicies.cilium.io"], may.Left);
        Assert.Equal(["2 definitions of Cilium's that weren't there before, with 3 CiliumNode go.", "What Cilium didn't write itself stays with its definitions: 2 CiliumNetworkPolicy."], may.Announce());
        Assert.Equal(RestoreAction.RemoveDefinitions, PlanWith(may).Action);

        var held = PlanWith(may with { Going = [.. may.Going.Select(d => d with { IsLeaving = true, Held = d.Count > 0 ? ["CiliumNode node1 by finalizer example.com/hold"] : [] })] });
        Assert.Equal(RestoreAction.Wait, held.Action);
        Assert.True(held.NeedsPerson);
        Assert.Contains("CiliumNode node1 by finalizer example.com/hold", held.Message, StringComparison.Ordinal);

        var mayNot = RestoredDefinitions.Of(record, counts, mayDelete: false);
        Assert.Contains("rbac.purge", mayNot.Announce().First(), StringComparison.Ordinal);
        Assert.Equal(RestoreAction.Finish, PlanWith(mayNot).Action);
        Assert.Equal(3, mayNot.Left.Count());

        // An operator that didn't look before can't tell which of them came.
        Assert.Empty(RestoredDefinitions.Of(s_record, counts, mayDelete: true).Going);
    }

    private static RestoreObservation Nothing { get; } = new() { Missing = [], Parked = [], Pods = null };

    private static RestorePlan Plan(NetworkProfileObservation seen, RestoreObservation more) => RestorePlanner.Plan(s_profile, seen, more);

    private static PodCensus Census(params WorkloadPod[] pods) => new() { Pods = pods.Length, Managed = 0, Unmanaged = pods, Desired = pods.Where(p => p.Owner is not null).ToDictionary(p => p.Owner!, _ => 1) };

    /// <summary>Three nodes that have all ended this plan; Flannel is ready, and so is kube-proxy unless it is said otherwise.</summary>
    private static NetworkProfileObservation Seen(bool release, NodeNetworkSpec? nodes, V1DaemonSet? kubeProxy = null, AuditState audit = AuditState.Clean)
    {
        var cluster = new ReportedCluster { Uninstalled = !release, WithoutAgents = !release };
        var flannel = new V1DaemonSet { Metadata = new V1ObjectMeta { Namespace = "kube-flannel", Name = "kube-flannel-ds", Generation = 1 }, Status = new V1DaemonSetStatus { ObservedGeneration = 1, DesiredNumberScheduled = 3, NumberReady = 3 } };
        cluster.OtherDaemonSets.Add(flannel);
        if (kubeProxy is not null)
        {
            cluster.OtherDaemonSets.Add(kubeProxy);
        }

        var seen = cluster.Observed();
        return seen with
        {
            History = release ? [Release()] : [],
            Migration = s_record,
            NodeAgent = new NodeAgentLaunch { Image = "netprofile:test", Namespace = "netprofile-system" },
            NodeNetworks = nodes is null ? [] : [.. seen.Nodes.Select(n => new V1Alpha1NodeNetwork
            {
                Metadata = new V1ObjectMeta { Name = n.Metadata.Name, Generation = 1, Annotations = new Dictionary<string, string>() },
                Spec = nodes,
                Status = new NodeNetworkStatus
                {
                    ObservedGeneration = 1,
                    PlanId = nodes.PlanId,
                    ObservedAt = ReportedCluster.Now,
                    Audit = audit,
                    Results = [.. (nodes.Tasks ?? []).Select(t => new NodeTaskResult { Id = t.Id, State = NodeTaskState.Done, At = ReportedCluster.Now })],
                },
            })],
        };
    }

    private static HelmRelease Release() => new()
    {
        Release = new HelmReleaseName("kube-system", "cilium"),
        Revision = 2,
        Status = HelmReleaseStatus.Deployed,
        ChartName = "cilium",
        ChartVersion = "1.19.6",
        Values = [],
        Labels = new HelmMark { Profile = "cluster", Revision = 2, ValuesDigest = "v", ChartDigest = "c", Holder = "pod-a.1" }.ToLabels(),
    };
}
