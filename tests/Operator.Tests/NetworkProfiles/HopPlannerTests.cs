using NetProfile.Crds.Meta;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Hops;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>What is there for a hop's sake goes when the hop is over, and not before.</summary>
public sealed class HopPlannerTests
{
    [Theory]
    [InlineData(PendingHolder.MaybeAlive, false)]
    [InlineData(PendingHolder.Dead, false)]
    [InlineData(PendingHolder.None, true)]
    public void Pulled_images_stay_while_the_next_revision_is_pending(PendingHolder holder, bool ends)
    {
        var desired = NetworkProfilePlanner.Plan(PlannerTests.Profile(PlannerTests.Spec("1.19.6")), PlannerTests.Seen([])).Desired!;
        HelmRelease Revision(int number, string version, HelmReleaseStatus status) => new()
        {
            Release = desired.Release,
            Revision = number,
            Status = status,
            ChartName = "cilium",
            ChartVersion = version,
            Labels = new HelmMark { Profile = "cluster", Revision = number, ValuesDigest = desired.ValuesDigest, ChartDigest = "", Holder = "me" }.ToLabels(),
            Values = desired.Values,
        };
        var agents = new V1DaemonSet
        {
            Metadata = new V1ObjectMeta { Name = "cilium", Namespace = "kube-system", Generation = 1 },
            Status = new V1DaemonSetStatus { ObservedGeneration = 1, DesiredNumberScheduled = 3, NumberReady = 3, UpdatedNumberScheduled = 3 },
        };
        var pending = holder != PendingHolder.None;
        var seen = PlannerTests.Seen([Revision(1, pending ? "1.18.12" : "1.19.6", HelmReleaseStatus.Deployed), .. pending ? [Revision(2, "1.19.6", HelmReleaseStatus.PendingUpgrade)] : Array.Empty<HelmRelease>()]) with
        {
            Holder = holder,
            CiliumDaemonSets = [agents],
            Hop = new HopObservation { ImagePull = new V1DaemonSet { Metadata = new V1ObjectMeta { Name = ImagePull.Name, Namespace = "kube-system" } } },
        };

        Assert.Equal(ends, NetworkProfilePlanner.Plan(PlannerTests.Profile(PlannerTests.Spec("1.19.6")), seen).EndsHop);
    }
}
