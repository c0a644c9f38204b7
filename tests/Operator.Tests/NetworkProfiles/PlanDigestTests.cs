using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Preflight;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>A plan is another one as soon as anything differs that it was based on, and what was approved is that very plan.</summary>
public sealed class PlanDigestTests
{
    private sealed record World(V1Alpha1NetworkProfile Profile, NetworkProfileObservation Seen);

    private static readonly Dictionary<string, Func<World, World>> Inputs = new()
    {
        ["the version"] = w => With(w, s => s with { Cilium = s.Cilium! with { Version = "1.19.5" } }),
        ["the chart's digest"] = w => With(w, s => s with { Cilium = s.Cilium! with { Chart = new ChartSpec { Digest = "sha256:" + new string('a', 64) } } }),
        ["the chart's repository"] = w => With(w, s => s with { Cilium = s.Cilium! with { Chart = new ChartSpec { Repository = "https://charts.example.com" } } }),
        ["a raw value"] = w => With(w, s => s with { Cilium = s.Cilium! with { Values = new JsonObject { ["debug"] = new JsonObject { ["enabled"] = true } } } }),
        ["a value from elsewhere"] = w => w with { Seen = w.Seen with { ValuesFrom = new ValuesSources { Documents = [new RawValues("ConfigMap extra", new JsonObject { ["debug"] = new JsonObject { ["enabled"] = true } })], Errors = [] } } },
        ["a typed field"] = w => With(w, s => s with { Hubble = new HubbleSpec { Metrics = ["dns"] } }),
        ["the batch"] = w => With(w, s => s with { Rollout = new RolloutSpec { MaxUnavailable = "50%" } }),
        ["the failure budget"] = w => With(w, s => s with { Rollout = new RolloutSpec { FailureBudget = 7 } }),
        ["what follows a failure"] = w => With(w, s => s with { Rollout = new RolloutSpec { OnFailure = FailurePolicy.Rollback } }),
        ["whether images are pulled before"] = w => With(w, s => s with { Rollout = new RolloutSpec { PrePull = false } }),
        ["how the routing mode would change"] = w => With(w, s => s with { RoutingSwitch = RoutingSwitchStrategy.OneStroke }),
        ["what becomes of unmanaged pods"] = w => With(w, s => s with { UnmanagedPods = UnmanagedPodsPolicy.Observe }),
        ["what becomes of kube-proxy"] = w => With(w, s => s with { KubeProxyReplacement = s.KubeProxyReplacement! with { KubeProxy = KubeProxyPolicy.Keep } }),
        ["how the old network would go"] = w => With(w, s => s with { PreviousCNI = new PreviousCniSpec { Strategy = MigrationStrategy.Recreate } }),
        ["the installed revision"] = w => Installed(w, r => Marked(r with { Revision = 2 })),
        ["the installed version"] = w => Installed(w, r => r with { ChartVersion = "1.18.11" }),
        ["the installed values"] = w => Installed(w, r => { var values = r.Values.DeepClone().AsObject(); values["debug"] = new JsonObject { ["enabled"] = true }; return Marked(r with { Values = values }); }),
        ["who made the installed revision"] = w => Installed(w, r => r with { Labels = new Dictionary<string, string>() }),
        ["the API servers' addresses"] = w => w with { Seen = w.Seen with { ApiServerEndpoints = ["172.30.0.12:6443"] } },
        ["the number of nodes"] = w => w with { Seen = w.Seen with { Nodes = [.. w.Seen.Nodes, Node(4)] } },
        ["a kernel that can't do what is asked"] = w => w with { Seen = w.Seen with { Nodes = [.. w.Seen.Nodes.Skip(1), Node(1, "5.10.0-8-amd64")] } },
        ["the server's version"] = w => w with { Seen = w.Seen with { KubernetesVersion = "1.34.0" } },
        ["a kind that the chart renders where it is served"] = w => w with { Seen = w.Seen with { Survey = new ClusterSurvey { ApiGroups = ["apps", "monitoring.coreos.com"] } } },
        ["whether fields are taken from others"] = w => w with { Profile = Annotated(w.Profile, NetworkProfileNames.ForceConflictsAnnotation, "true") },
    };

    private static readonly Dictionary<string, Func<World, World>> Others = new()
    {
        ["the time"] = w => w with { Seen = w.Seen with { ObservedAt = w.Seen.ObservedAt.AddHours(3) } },
        ["suspension"] = w => With(w, s => s with { Suspend = true }),
        ["who has to approve"] = w => With(w, s => s with { Approval = ApprovalPolicy.Disruptive }),
        ["what a deletion would do"] = w => With(w, s => s with { DeletionPolicy = DeletionPolicy.Uninstall }),
        ["a default that is written out"] = w => With(w, s => s with { UnmanagedPods = UnmanagedPodsPolicy.Restart }),
        ["a node that isn't ready"] = w => w with { Seen = w.Seen with { Nodes = [.. w.Seen.Nodes.Skip(1), Node(1, ready: "False")] } },
        ["a newer kernel that can do the same"] = w => w with { Seen = w.Seen with { Nodes = [.. w.Seen.Nodes.Skip(1), Node(1, "6.12.0-1-generic")] } },
        ["a warning about the platform"] = w => w with { Seen = w.Seen with { Nodes = [.. w.Seen.Nodes.Skip(1), K3sServer(1)] } },
        ["a kind that no chart renders"] = w => w with { Seen = w.Seen with { Survey = new ClusterSurvey { ApiGroups = ["apps", "example.com"] } } },
    };

    public static TheoryData<string> OfInputs => [.. Inputs.Keys];

    public static TheoryData<string> OfOthers => [.. Others.Keys];

    [Theory]
    [MemberData(nameof(OfInputs))]
    public void The_digest_changes_with(string input)
    {
        var before = Base();
        var digest = Plan(before).Digest;
        var approved = before with { Profile = Annotated(before.Profile, NetworkProfileNames.ApprovedPlanAnnotation, digest!) };
        Assert.Equal((PlanApproval.Approved, digest, true), (Plan(approved).Approval, Plan(approved).Digest, Plan(approved).Step.Action != HelmAction.None));

        var after = Plan(Inputs[input](approved));

        Assert.Empty(after.Blockers);
        Assert.NotEqual(digest, after.Digest);
        Assert.Equal((PlanApproval.Outdated, HelmAction.None), (after.Approval, after.Step.Action));
    }

    [Fact]
    public void A_warning_that_comes_and_goes_is_told_all_the_same()
    {
        var world = Others["a warning about the platform"](Base());

        Assert.Contains(Plan(world).Warnings, w => w.Message.Contains("k3s enforces NetworkPolicies", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(OfOthers))]
    public void The_digest_stays_with(string other) => Assert.Equal(Plan(Base()).Digest, Plan(Others[other](Base())).Digest);

    private static NetworkProfilePlan Plan(World world) => NetworkProfilePlanner.Plan(world.Profile, world.Seen);

    /// <summary>1.18 runs and 1.19 is wanted.</summary>
    private static World Base()
    {
        var spec = PlannerTests.Spec("1.19.6") with
        {
            Approval = ApprovalPolicy.Always,
            KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true },
            Masquerading = new MasqueradingSpec { Mode = MasqueradingMode.BPF },
            Routing = new RoutingSpec { Mode = RoutingMode.Native, AutoDirectNodeRoutes = true },
            BigTCP = new BigTcpSpec { Ipv4 = true },
        };
        var seen = PlannerTests.Seen([]);
        var installed = NetworkProfilePlanner.Plan(PlannerTests.Profile(spec with { Cilium = new CiliumSpec { Version = "1.18.12" } }), seen).Desired!;
        return new World(PlannerTests.Profile(spec), seen with
        {
            History = [Marked(new HelmRelease { Release = installed.Release, Revision = 1, Status = HelmReleaseStatus.Deployed, ChartName = "cilium", ChartVersion = "1.18.12", Labels = new Dictionary<string, string>(), Values = installed.Values })],
        });
    }

    private static HelmRelease Marked(HelmRelease release) => release with
    {
        Labels = new HelmMark { Profile = "cluster", Revision = release.Revision, ValuesDigest = ValuesDigest.Of(release.Values), ChartDigest = "", Holder = "me" }.ToLabels(),
    };

    private static World With(World world, Func<NetworkProfileSpec, NetworkProfileSpec> change) => world with { Profile = world.Profile with { Spec = change(world.Profile.Spec!) } };

    private static World Installed(World world, Func<HelmRelease, HelmRelease> change) => world with { Seen = world.Seen with { History = [change(world.Seen.History[0])] } };

    private static V1Alpha1NetworkProfile Annotated(V1Alpha1NetworkProfile profile, string name, string value) => profile with
    {
        Metadata = profile.Metadata with { Annotations = new Dictionary<string, string>(profile.Metadata.Annotations ?? new Dictionary<string, string>()) { [name] = value } },
    };

    private static V1Node K3sServer(int number)
    {
        var node = Node(number);
        return node with
        {
            Metadata = node.Metadata with { Annotations = new Dictionary<string, string> { ["k3s.io/node-args"] = """["server","--flannel-backend","none"]""" } },
            Status = node.Status! with { NodeInfo = node.Status.NodeInfo! with { KubeletVersion = "v1.35.0+k3s1" } },
        };
    }

    private static V1Node Node(int number, string kernel = "6.8.0-45-generic", string ready = "True") => new()
    {
        Metadata = new V1ObjectMeta { Name = $"node{number}" },
        Status = new V1NodeStatus
        {
            Conditions = [new V1StatusCondition { Type = "Ready", Status = ready }],
            Addresses = [new V1NodeAddress { Type = "InternalIP", Address = $"172.30.0.1{number}" }],
            NodeInfo = new V1NodeSystemInfo { KernelVersion = kernel },
        },
    };
}
