using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Preflight;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>From what is installed and what is wanted to the stages between, and what stands in the way.</summary>
public sealed class PlannerTests
{
    [Theory]
    [InlineData("1.15.19", "1.20.0", "Upgrade-1.16.19 Upgrade-1.17.18 Upgrade-1.18.12 Upgrade-1.19.6 Upgrade-1.20.0", Disruption.AgentRestart)]
    [InlineData("1.18.1", "1.19.6", "Upgrade-1.18.12 Upgrade-1.19.6", Disruption.AgentRestart)]
    [InlineData("1.19.5", "1.19.6", "Upgrade-1.19.6", Disruption.AgentRestart)]
    [InlineData("1.19.6", "1.18.12", "Upgrade-1.18.12", Disruption.PodRestart)]
    public void Versions_are_reached_by_the_rules(string installed, string wanted, string stages, Disruption disruption)
    {
        var plan = Plan(Spec(wanted), installed, Spec(installed));

        Assert.Equal(stages, string.Join(' ', plan.Path.Stages.Select(s => s.Name)));
        Assert.Equal(disruption, plan.Disruption);
        Assert.All(plan.Path.Stages.Zip(stages.Split(' ')), pair => Assert.EndsWith(pair.First.Release.Chart.Version, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_minors_back_are_refused()
    {
        var plan = Plan(Spec("1.17.18"), "1.19.6", Spec("1.19.6"));

        Assert.Contains(plan.Blockers, b => b.Reason == NetworkProfileConditions.Accepted.UnsupportedVersionChange);
        Assert.Equal(HelmAction.None, plan.Step.Action);
    }

    [Theory]
    [InlineData(true, RoutingSwitchStrategy.Live, "Prepare Switch Drop")]
    [InlineData(true, RoutingSwitchStrategy.OneStroke, "OneStroke RestoreRollout")]
    [InlineData(false, RoutingSwitchStrategy.Live, "OneStroke RestoreRollout")]
    public void The_routing_mode_changes_live_where_that_is_possible(bool replacesKubeProxy, RoutingSwitchStrategy strategy, string stages)
    {
        var running = Spec("1.19.6") with { KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = replacesKubeProxy } };
        var plan = Plan(running with { Routing = new RoutingSpec { Mode = RoutingMode.Native, AutoDirectNodeRoutes = true }, RoutingSwitch = strategy }, "1.19.6", running);

        Assert.Equal(stages, string.Join(' ', plan.Path.Stages.Select(s => s.Name)));
        Assert.Equal(stages.StartsWith("One", StringComparison.Ordinal) ? Disruption.Outage : Disruption.AgentRestart, plan.Disruption);
    }

    [Theory]
    [InlineData("Prepare", "UpgradeRelease", Disruption.AgentRestart)]
    [InlineData("Switch", "OneStroke RestoreRollout", Disruption.Outage)]
    public void A_live_switch_is_turned_round_without_an_outage_until_its_second_step_and_in_one_stroke_from_then_on(string reached, string stages, Disruption disruption)
    {
        var tunnel = Spec("1.19.6") with { KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true } };
        var there = Plan(tunnel with { Routing = new RoutingSpec { Mode = RoutingMode.Native, AutoDirectNodeRoutes = true } }, "1.19.6", tunnel).Path.Stages.Single(s => s.Name == reached).Release;

        var back = NetworkProfilePlanner.Plan(Profile(tunnel), Seen([Running(there, "1.19.6")]));

        Assert.Equal(stages, string.Join(' ', back.Path.Stages.Select(s => s.Name)));
        Assert.Equal(disruption, back.Disruption);
        Assert.Equal(("tunnel", false), ((string?)back.Path.Stages[^1].Release.Values["routingMode"], back.Path.Stages[^1].Release.Values.ContainsKey("egressGateway")));
    }

    [Fact]
    public void A_version_is_never_changed_together_with_the_routing_mode()
    {
        var plan = Plan(Spec("1.19.6") with { Routing = new RoutingSpec { Mode = RoutingMode.Native } }, "1.18.12", Spec("1.18.12"));

        Assert.Equal("tunnel", (string?)plan.Path.Stages[0].Release.Values["routingMode"]);
        Assert.Equal(["Upgrade-1.19.6", "OneStroke", "RestoreRollout"], plan.Path.Stages.Select(s => s.Name));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("1.17.5", true)]
    [InlineData("1.17.6", false)]
    public void A_release_known_to_be_broken_is_taken_only_when_that_very_one_is_allowed(string? allowed, bool refused)
    {
        var profile = Profile(Spec("1.17.6"));
        profile = profile with { Metadata = profile.Metadata with { Annotations = allowed is null ? null : new Dictionary<string, string> { [NetworkProfileNames.AllowKnownBadVersionAnnotation] = allowed } } };

        var plan = NetworkProfilePlanner.Plan(profile, Seen([]));

        Assert.Equal(refused, plan.Blockers.Any(b => b.Reason == NetworkProfileConditions.Accepted.KnownBadVersion));
        Assert.Equal(refused ? HelmAction.None : HelmAction.Install, plan.Step.Action);
        Assert.Equal(!refused, plan.Warnings.Any(w => w.Message.Contains("1.17.6", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_that_the_cluster_is_unfit_for_is_found_at_once()
    {
        var spec = NetworkProfileDefaults.Resolve(Spec("1.19.6") with
        {
            Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["172.30.0.0/24"], Ipv4MaskSize = 24 },
            BandwidthManager = new BandwidthManagerSpec { Enabled = true, Bbr = true },
        });
        var found = PreflightRules.Check(new PreflightInput { Spec = spec, Seen = Seen([], "4.19.0-1-amd64"), Context = new NetProfile.Cilium.Values.ValuesContext(), IsInstall = true }).Select(f => f.Message).ToList();

        Assert.Contains(found, m => m.Contains("needs kernel 5.10", StringComparison.Ordinal));
        Assert.Contains(found, m => m.Contains("spec.bandwidthManager.bbr", StringComparison.Ordinal));
        Assert.Contains(found, m => m.Contains("holds the addresses of node1", StringComparison.Ordinal));
        Assert.Contains(found, m => m.Contains("has room for 1 nodes", StringComparison.Ordinal));
    }

    internal static NetworkProfileSpec Spec(string version) => new()
    {
        Cilium = new CiliumSpec { Version = version },
        Routing = new RoutingSpec { Mode = RoutingMode.Tunnel },
        Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"] },
    };

    private static NetworkProfilePlan Plan(NetworkProfileSpec wanted, string installed, NetworkProfileSpec running)
    {
        var before = NetworkProfilePlanner.Plan(Profile(running), Seen([])).Desired!;
        return NetworkProfilePlanner.Plan(Profile(wanted), Seen([Running(before, installed)]));
    }

    private static HelmRelease Running(DesiredRelease release, string version)
    {
        var mark = new HelmMark { Profile = "cluster", Revision = 1, ValuesDigest = release.ValuesDigest, ChartDigest = "", Holder = "me" };
        return new HelmRelease
        {
            Release = release.Release,
            Revision = 1,
            Status = HelmReleaseStatus.Deployed,
            ChartName = "cilium",
            ChartVersion = version,
            Labels = mark.ToLabels(),
            Values = release.Values,
        };
    }

    internal static V1Alpha1NetworkProfile Profile(NetworkProfileSpec spec) => new() { Metadata = new V1ObjectMeta { Name = "cluster", Generation = 1 }, Spec = spec };

    internal static NetworkProfileObservation Seen(IReadOnlyList<HelmRelease> history, string kernel = "6.8.0-45-generic") => new()
    {
        ObservedAt = ReportedCluster.Now,
        ProfileInForce = null,
        NamespaceExists = true,
        History = history,
        Holder = PendingHolder.None,
        ValuesFrom = new ValuesSources { Documents = [], Errors = [] },
        KubernetesVersion = "1.35.0",
        Nodes =
        [
            .. Enumerable.Range(1, 3).Select(n => new V1Node
            {
                Metadata = new V1ObjectMeta { Name = $"node{n}" },
                Status = new V1NodeStatus
                {
                    Conditions = [new V1StatusCondition { Type = "Ready", Status = "True" }],
                    Addresses = [new V1NodeAddress { Type = "InternalIP", Address = $"172.30.0.1{n}" }],
                    NodeInfo = new V1NodeSystemInfo { KernelVersion = kernel },
                },
            }),
        ],
        DaemonSets = [],
        CiliumDaemonSets = [],
        Deployments = [],
        Pods = [],
        CiliumConfig = null,
        ApiServerEndpoints = ["172.30.0.11:6443"],
        ClusterPodCidrs = [],
        ForeignOwner = null,
    };
}
