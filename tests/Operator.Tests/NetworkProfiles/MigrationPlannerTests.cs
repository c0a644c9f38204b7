using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.Operator.Tests.NetworkProfiles.Preflight;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>The first looks at a cluster with Flannel: what is planned, with which values, and what is refused.</summary>
public sealed class MigrationPlannerTests
{
    [Fact]
    public void Flannel_that_runs_leads_to_two_releases_and_the_first_has_the_values_for_both_networks()
    {
        var plan = Plan(Native, Seen(Flannel()));

        Assert.Empty(plan.Blockers);
        Assert.Equal(["InstallBeside", "FinishMigration"], plan.Path.Stages.Select(s => s.Name));
        Assert.Equal(["BackUpManifests", "InstallBeside", "MovePods", "ParkPreviousNetwork", "CleanNodes", "FinishMigration", "RemovePreviousNetwork"], plan.Migration.Steps.Select(s => s.Name));
        Assert.Equal(Disruption.PodRestart, plan.Disruption);
        Assert.Equal(PlanApproval.Awaiting, plan.Approval);
        var (beside, final) = (plan.Path.Stages[0].Release.Values, plan.Path.Stages[1].Release.Values);
        Assert.Equal("10.244.0.0/15", (string?)beside["ipv4NativeRoutingCIDR"]);
        Assert.Equal("native", (string?)beside["routingMode"]);
        Assert.True((bool?)beside["bpf"]!["hostLegacyRouting"]);
        Assert.Equal("never", (string?)beside["policyEnforcementMode"]);
        Assert.False((bool?)beside["operator"]!["unmanagedPodWatcher"]!["restart"]);
        Assert.Equal("10.245.0.0/16", (string?)final["ipv4NativeRoutingCIDR"]);
        Assert.False((bool?)final["bpf"]!["hostLegacyRouting"]);
        Assert.Null(final["policyEnforcementMode"]);
    }

    [Fact]
    public void Nothing_is_done_before_an_approval_and_the_backup_comes_first_after_it()
    {
        var waiting = Plan(Native, Seen(Flannel()));
        var approved = Plan(Native, Seen(Flannel()), waiting.Digest);

        Assert.False(waiting.MayAct);
        Assert.True(approved.MayAct);
        Assert.Equal(MigrationAction.TakeBackup, approved.Migration.Before);
        Assert.Equal(HelmAction.None, approved.Step.Action);
    }

    [Fact]
    public void An_overlay_beside_Flannels_takes_another_port_and_keeps_it()
    {
        var plan = Plan(Tunnel, Seen(Flannel()));

        Assert.All(plan.Path.Stages, stage => Assert.Equal(8473, (int?)stage.Release.Values["tunnelPort"]));
    }

    [Fact]
    public void Geneve_and_a_Flannel_without_an_overlay_leave_the_port_alone()
    {
        var geneve = Plan(Tunnel with { Routing = new RoutingSpec { Mode = RoutingMode.Tunnel, TunnelProtocol = TunnelProtocol.Geneve } }, Seen(Flannel()));
        var hostGateway = Plan(Tunnel, Seen(Flannel()) with { PreviousNetwork = new PreviousNetwork(["10.244.0.0/16"], new FlannelBackend { Type = "host-gw" }) });

        Assert.All([geneve, hostGateway], plan => Assert.Null(plan.Path.Stages[0].Release.Values["tunnelPort"]));
    }

    [Fact]
    public void Networks_that_lie_far_apart_are_not_covered_by_half_the_world()
    {
        var plan = Plan(Native with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["192.168.0.0/16"] } }, Seen(Flannel()));

        Assert.Equal("192.168.0.0/16", (string?)plan.Path.Stages[0].Release.Values["ipv4NativeRoutingCIDR"]);
    }

    [Fact]
    public void What_two_networks_side_by_side_can_not_share_is_refused_all_at_once()
    {
        var plan = Plan(
            Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.244.128.0/17"] }, Routing = new RoutingSpec { Mode = RoutingMode.Tunnel, TunnelPort = 8472 } },
            Seen(Flannel()) with { NodeAgent = new NodeAgentLaunch() });

        Assert.All(
            ["10.244.128.0/17 overlaps Flannel's 10.244.0.0/16", "spec.routing.tunnelPort: 8472", "NETPROFILE_IMAGE"],
            words => Assert.Contains(plan.Blockers, b => b.Message.Contains(words, StringComparison.Ordinal)));
        Assert.False(plan.MayAct);
    }

    [Fact]
    public void Addresses_from_the_nodes_can_not_be_shared_but_taken_over()
    {
        var spec = Tunnel with { Ipam = new IpamSpec { Mode = IpamMode.Kubernetes } };
        var refused = Plan(spec, Seen(Flannel()));
        var recreated = Plan(spec with { PreviousCNI = new PreviousCniSpec { Strategy = MigrationStrategy.Recreate } }, Seen(Flannel()));

        Assert.Contains(refused.Blockers, b => b.Message.Contains("strategy: Recreate", StringComparison.Ordinal));
        Assert.Empty(recreated.Blockers);
        Assert.Equal(Disruption.Outage, recreated.Disruption);
        Assert.Equal(["BackUpManifests", "ParkPreviousNetwork", "CleanNodes", "InstallRelease", "MovePods", "RemovePreviousNetwork"], recreated.Migration.Steps.Select(s => s.Name));
    }

    [Theory]
    [InlineData("argocd.argoproj.io/tracking-id", "net:apps/DaemonSet:kube-flannel/kube-flannel-ds", "Argo CD Application net")]
    [InlineData("objectset.rio.cattle.io/id", "x", "addon controller")]
    public void A_DaemonSet_that_another_controller_would_put_back_is_refused_with_its_owner(string annotation, string value, string owner)
    {
        var flannel = Flannel();
        var owned = flannel with { Metadata = flannel.Metadata with { Annotations = new Dictionary<string, string> { [annotation] = value } } };

        var plan = Plan(Native, Seen(owned));

        Assert.Contains(plan.Blockers, b => b.Reason == NetworkProfileConditions.PreflightPassed.PlatformActionNeeded && b.Message.Contains(owner, StringComparison.Ordinal));
    }

    [Fact]
    public void An_approval_covers_the_whole_way_until_the_spec_changes()
    {
        var digest = Plan(Native, Seen(Flannel())).Digest!;
        var record = Record(digest, generation: 1);
        var parked = Flannel(parked: true);
        var more = Seen(parked) with { Migration = record };
        more = more with { Nodes = [.. more.Nodes, Node("node9")] };

        Assert.Equal(PlanApproval.Approved, Plan(Native, more).Approval);
        Assert.Equal(digest, Plan(Native, more).Digest);
        Assert.Equal(PlanApproval.Awaiting, Plan(Native, more with { Migration = Record(digest, generation: 0) }).Approval);
    }

    [Fact]
    public void Nodes_try_connections_while_both_networks_run_and_one_that_fails_keeps_pods_where_they_are()
    {
        var beside = Plan(Native, Seen(Flannel())).Path.Stages[0].Release;
        var seen = Seen(Flannel()) with
        {
            Migration = Record("digest", generation: 1),
            History = [new HelmRelease { Release = beside.Release, Revision = 1, Status = HelmReleaseStatus.Deployed, ChartName = "cilium", ChartVersion = "1.19.6", Labels = new Dictionary<string, string>(), Values = beside.Values }],
        };
        var request = MigrationProbes.Requests(NetworkProfileDefaults.Resolve(Native), seen)!["node1"];
        V1Alpha1NodeNetwork Answer(params IReadOnlyList<ProbeFailure> failures) => new()
        {
            Metadata = new V1ObjectMeta { Name = "node1" },
            Spec = new NodeNetworkSpec { Inspection = new InspectionRequest { Probe = request } },
            Status = new NodeNetworkStatus { Probe = new ProbeStatus { Round = request.Round, Tried = 4, Failures = failures, Sources = [new ProbeSource { Network = "old", Address = "10.244.0.5" }] } },
        };

        Assert.Equal(["10.244.0.0/16"], request.Networks![0].CIDRs);
        Assert.NotNull(MigrationProbes.Hindrance(seen));
        Assert.Null(MigrationProbes.Hindrance(seen with { NodeNetworks = [Answer()] }));
        var failing = MigrationProbes.Hindrance(seen with { NodeNetworks = [Answer(new ProbeFailure { From = "node1", To = "pod 10.244.0.5 (old) on node1", Address = "10.244.0.5", Message = "timed out", Since = ReportedCluster.Now.AddMinutes(-1) })] });
        Assert.Contains("10.244.0.5 (old)", failing, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_node_found_when_it_was_only_looked_at_is_no_verdict_on_its_cleaning()
    {
        var looked = new V1Alpha1NodeNetwork
        {
            Metadata = new V1ObjectMeta { Name = "node1" },
            Spec = new NodeNetworkSpec { PlanId = "inspection", Tasks = [] },
            Status = new NodeNetworkStatus { PlanId = "inspection", Audit = AuditState.Dirty, Residues = [new Residue { Kind = "link", Where = "flannel.1" }], ObservedAt = ReportedCluster.Now },
        };
        var plan = Plan(Native, Seen(Flannel(parked: true)) with { Migration = Record("digest", generation: 1), NodeNetworks = [looked] });

        Assert.Equal(NodeStanding.Waiting, Assert.Single(plan.Nodes.Nodes).Standing);
        Assert.NotEqual("inspection", Assert.Single(plan.Nodes.Apply).Spec!.PlanId);
    }

    /// <summary>k3s started without it, rke2's chart removed, a DaemonSet deleted by hand.</summary>
    [Theory]
    [InlineData(MigrationStrategy.Overlap, true, Disruption.PodRestart)]
    [InlineData(MigrationStrategy.Recreate, true, Disruption.Outage)]
    [InlineData(MigrationStrategy.Overlap, false, Disruption.None)]
    public void Pods_that_live_in_a_network_of_which_nothing_runs_are_moved_before_nodes_are_cleaned(MigrationStrategy strategy, bool podsLive, Disruption disruption)
    {
        var traced = Node("node1") with { Metadata = new V1ObjectMeta { Name = "node1", Annotations = new Dictionary<string, string> { [PreviousCniEvidence.BackendAnnotation] = "vxlan" } } };
        var plan = Plan(Tunnel with { PreviousCNI = new PreviousCniSpec { Strategy = strategy } }, Seen() with { Nodes = [traced], PreviousNetwork = PreviousNetwork.Unknown, OldPodsLive = podsLive });

        Assert.Equal(podsLive, plan.Migration.IsUnderWay);
        Assert.Equal(disruption, plan.Disruption);
        Assert.Equal(podsLive ? NodesStage.Inspecting : NodesStage.Working, plan.Nodes.Stage);
        if (podsLive)
        {
            Assert.Equal(PlanApproval.Awaiting, plan.Approval);
            Assert.All(plan.Path.Stages, stage => Assert.Equal(strategy == MigrationStrategy.Overlap ? 8473 : null, (int?)stage.Release.Values["tunnelPort"]));
        }
    }

    [Fact]
    public void Nodes_that_have_no_conf_for_new_pods_are_not_left_waiting_for_their_turn()
    {
        var traced = Node("node1") with { Metadata = new V1ObjectMeta { Name = "node1", Annotations = new Dictionary<string, string> { [PreviousCniEvidence.BackendAnnotation] = "vxlan" } } };
        var plan = Plan(Native with { PreviousCNI = new PreviousCniSpec { Strategy = MigrationStrategy.NodeByNode } }, Seen() with { Nodes = [traced], PreviousNetwork = PreviousNetwork.Unknown, OldPodsLive = true });

        Assert.Contains(plan.Blockers, b => b.Message.Contains("use strategy Overlap", StringComparison.Ordinal));
        Assert.False(plan.MayAct);
    }

    private static MigrationRecord Record(string digest, long generation) => new()
    {
        Secret = "netprofile-system/netprofile-backup",
        ResourceVersion = "1",
        Profile = "cluster",
        Strategy = MigrationStrategy.Overlap,
        StartedAt = ReportedCluster.Now,
        Direction = MigrationDirection.Forward,
        OldPodCidrs = ["10.244.0.0/16"],
        Backend = new FlannelBackend { Type = "vxlan", Port = 8472 },
        HelmRelease = null,
        Objects = [],
        HasManifests = true,
        Digest = "",
        Annotations = new Dictionary<string, string> { [MigrationMark.PlanAnnotation] = digest, [MigrationMark.GenerationAnnotation] = $"{generation}" },
    };

    private static NetworkProfileSpec Tunnel { get; } = new()
    {
        Cilium = new CiliumSpec { Version = "1.19.6" },
        Routing = new RoutingSpec { Mode = RoutingMode.Tunnel },
        Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"] },
    };

    private static NetworkProfileSpec Native { get; } = Tunnel with
    {
        Routing = new RoutingSpec { Mode = RoutingMode.Native, AutoDirectNodeRoutes = true },
        KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true },
        Masquerading = new MasqueradingSpec { Mode = MasqueradingMode.BPF },
    };

    private static NetworkProfilePlan Plan(NetworkProfileSpec spec, NetworkProfileObservation seen, string? approved = null) => InspectedNodes.Plan(
        new V1Alpha1NetworkProfile
        {
            Metadata = new V1ObjectMeta
            {
                Name = "cluster",
                Uid = "uid",
                Generation = 1,
                Annotations = approved is null ? null : new Dictionary<string, string> { [NetworkProfileNames.ApprovedPlanAnnotation] = approved },
            },
            Spec = spec,
        },
        seen);

    private static V1Node Node(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1NodeSpec { PodCIDR = "10.244.0.0/24" },
        Status = new V1NodeStatus { Addresses = [new V1NodeAddress { Type = "InternalIP", Address = "172.30.0.11" }], NodeInfo = new V1NodeSystemInfo { KernelVersion = "6.8.0" } },
    };

    private static V1DaemonSet Flannel(bool parked = false) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = "kube-flannel", Name = "kube-flannel-ds", Generation = 1, Labels = new Dictionary<string, string> { ["app"] = "flannel" } },
        Spec = new V1DaemonSetSpec
        {
            Template = new V1PodTemplateSpec { Spec = new V1PodSpec { NodeSelector = parked ? new Dictionary<string, string> { [NetworkProfileNames.ParkedNodeSelector] = "true" } : null } },
        },
        Status = new V1DaemonSetStatus { ObservedGeneration = 1, DesiredNumberScheduled = parked ? 0 : 1, CurrentNumberScheduled = parked ? 0 : 1 },
    };

    private static NetworkProfileObservation Seen(params IReadOnlyList<V1DaemonSet> daemonSets) => new()
    {
        ObservedAt = ReportedCluster.Now,
        ProfileInForce = null,
        NamespaceExists = true,
        History = [],
        Holder = PendingHolder.None,
        ValuesFrom = new ValuesSources { Documents = [], Errors = [] },
        KubernetesVersion = "1.35.0",
        Nodes = [Node("node1")],
        DaemonSets = daemonSets,
        CiliumDaemonSets = [],
        Deployments = [],
        Pods = [],
        CiliumConfig = null,
        ApiServerEndpoints = ["172.30.0.11:6443"],
        ClusterPodCidrs = [],
        ForeignOwner = null,
        NodeAgent = new NodeAgentLaunch { Image = "netprofile-operator:test", Namespace = "netprofile-system" },
        PreviousNetwork = new PreviousNetwork(["10.244.0.0/16"], new FlannelBackend { Type = "vxlan", Port = 8472 }),
    };
}
