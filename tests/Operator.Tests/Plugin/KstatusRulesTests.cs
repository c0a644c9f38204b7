using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>The rules themselves: each is broken by something, and by nothing that is right.</summary>
public class KstatusRulesTests
{
    private static V1Condition Condition(string type, ConditionStatus status, long generation = 2) =>
        new() { Type = type, Status = status, Reason = "Because", Message = "it is so", ObservedGeneration = generation, LastTransitionTime = DateTimeOffset.UnixEpoch };

    private static NetworkProfileStatus Status(params V1Condition[] conditions) => new() { ObservedGeneration = 2, Conditions = conditions };

    [Fact]
    public void Nothing_is_wrong_with_a_ready_status() =>
        Assert.Empty(KstatusRules.Check(Status(Condition("Ready", ConditionStatus.True), Condition("Accepted", ConditionStatus.True)), 2));

    [Theory]
    [InlineData("FAIL0001", "Ready=True Reconciling=True")]
    [InlineData("FAIL0002", "Accepted=True")]
    [InlineData("FAIL0003", "Ready=True Reconciling=True")]
    [InlineData("FAIL0004", "Ready=Unknown Stalled=True")]
    [InlineData("FAIL0005", "Ready=False Reconciling=True Stalled=True")]
    [InlineData("FAIL0101", "Ready=False Reconciling=False")]
    [InlineData("FAIL0102", "Ready=False Accepted=True Accepted=False")]
    [InlineData("FAIL0105", "Ready=True Accepted=False")]
    [InlineData("FAIL0105", "Ready=False Accepted=True")]
    [InlineData("FAIL0107", "Accepted=False Ready=False")]
    public void Broken_rule_is_named(string number, string conditions)
    {
        var list = conditions.Split(' ').Select(c => c.Split('=')).Select(c => Condition(c[0], Enum.Parse<ConditionStatus>(c[1]))).ToArray();
        Assert.Contains(KstatusRules.Check(Status(list), 2), rule => rule.StartsWith(number, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("FAIL0006", 1)]
    [InlineData("FAIL0007", 3)]
    [InlineData("FAIL0008", 3)]
    public void Generations_are_compared(string number, long generation) =>
        Assert.Contains(KstatusRules.Check(Status(Condition("Ready", ConditionStatus.True)), generation), rule => rule.StartsWith(number, StringComparison.Ordinal));

    public static TheoryData<string> States => [.. ReportedStates.All.Keys];

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_that_the_operator_reports_obeys_the_rules(string state) =>
        Assert.Empty(KstatusRules.Check(ReportedStates.All[state].Make().Report(), 1));

    /// <summary>The table in docs/gitops: what Argo CD calls healthy is what kstatus calls current, and nothing else is.</summary>
    [Theory]
    [MemberData(nameof(States))]
    public void Readers_of_kstatus_and_Argo_CD_agree_on_every_state(string state)
    {
        var kstatus = KstatusRules.Compute(ReportedStates.All[state].Make().Profile());

        Assert.Equal(ReportedStates.All[state].Health == "Healthy" ? "Current" : "InProgress", kstatus);
    }

    [Fact]
    public void A_profile_that_nobody_has_looked_at_is_under_way_by_its_default_alone() =>
        Assert.Equal("InProgress", KstatusRules.Compute(PluginCases.Profile("unseen")));
}
