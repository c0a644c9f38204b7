using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Reporting;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>Whether an agent runs by older settings: by content where helm wrote them, by time where somebody else did.</summary>
public sealed class OutdatedAgentTests
{
    private static readonly DateTimeOffset s_started = ReportedCluster.Now.AddHours(-3);

    [Theory]
    [InlineData("a", "a", null, false)]
    [InlineData("a", "b", null, true)]
    [InlineData(null, null, null, true)]
    [InlineData("a", "a", -1, true)]
    [InlineData("a", "a", -4, false)]
    public void Settings_that_helm_changed_and_took_back_make_nobody_outdated(string? pod, string? template, int? changedByHandHours, bool outdated)
    {
        var seen = new ReportedCluster().Observed() with
        {
            CiliumConfigChangedAt = s_started.AddHours(1),
            CiliumConfigChangedByHandAt = changedByHandHours is { } hours ? ReportedCluster.Now.AddHours(hours) : null,
        };
        seen = seen with { CiliumDaemonSets = [.. seen.CiliumDaemonSets.Select(d => d with { Spec = new V1DaemonSetSpec { Template = new V1PodTemplateSpec { Metadata = Annotated(template) } } })] };
        var report = seen.Agents.Agents[0] with { ConfiguredAt = s_started, ConfigChecksum = pod };

        Assert.Equal(outdated, AgentJudgement.Of(report, seen, NetworkProfileDefaults.Resolve(new ReportedCluster().Spec), [], []).Outdated);
    }

    private static V1TemplateMeta Annotated(string? checksum) =>
        new() { Annotations = checksum is null ? null : new Dictionary<string, string> { [ComponentNames.ConfigChecksumAnnotation] = checksum } };
}
