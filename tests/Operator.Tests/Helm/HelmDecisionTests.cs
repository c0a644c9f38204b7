using System.Text.Json.Nodes;
using NetProfile.Helm;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

public sealed class HelmDecisionTests
{
    private static readonly JsonObject Values = new() { ["routingMode"] = "native" };

    private static readonly HelmDesired Desired = new()
    {
        Profile = "cluster",
        ChartName = "cilium",
        ChartVersion = "1.19.6",
        ValuesDigest = ValuesDigest.Of(Values),
    };

    [Fact]
    public void No_history_is_absent() => Assert.Equal((HelmState.Absent, 1), State([]));

    [Fact]
    public void Uninstalled_history_is_absent_and_counts_on() => Assert.Equal((HelmState.Absent, 4), State([Ours(3, HelmReleaseStatus.Uninstalled)]));

    [Fact]
    public void Deployed_revision_with_our_values_is_in_sync() =>
        Assert.Equal((HelmState.InSync, 3), State([Ours(1, HelmReleaseStatus.Superseded), Ours(2, HelmReleaseStatus.Deployed)]));

    [Fact]
    public void Other_chart_version_or_values_are_out_of_sync()
    {
        Assert.Equal(HelmState.OutOfSync, State([Ours(1, HelmReleaseStatus.Deployed) with { ChartVersion = "1.19.5" }]).State);
        Assert.Equal(HelmState.OutOfSync, State([Ours(1, HelmReleaseStatus.Deployed, new JsonObject { ["routingMode"] = "tunnel" })]).State);
    }

    [Fact]
    public void Chart_of_another_digest_under_the_same_version_is_out_of_sync() =>
        Assert.Equal(HelmState.OutOfSync, HelmDecision.Decide([Ours(1, HelmReleaseStatus.Deployed)], Desired with { ChartDigest = "sha256:" + new string('f', 64) }).State);

    [Fact]
    public void Release_without_a_mark_or_with_another_profiles_is_unmanaged_even_when_it_is_stuck()
    {
        Assert.Equal(HelmState.Unmanaged, State([Theirs(1, HelmReleaseStatus.Deployed)]).State);
        Assert.Equal(HelmState.Unmanaged, State([Theirs(1, HelmReleaseStatus.PendingInstall)]).State);
        Assert.Equal(HelmState.Unmanaged, HelmDecision.Decide([Ours(1, HelmReleaseStatus.Deployed)], Desired with { Profile = "other" }).State);
    }

    [Fact]
    public void Release_without_a_mark_can_be_adopted() =>
        Assert.Equal(HelmState.InSync, HelmDecision.Decide([Theirs(1, HelmReleaseStatus.Deployed)], Desired with { AdoptUnmanaged = true }).State);

    [Theory]
    [InlineData(HelmReleaseStatus.PendingInstall)]
    [InlineData(HelmReleaseStatus.PendingUpgrade)]
    [InlineData(HelmReleaseStatus.PendingRollback)]
    [InlineData(HelmReleaseStatus.Uninstalling)]
    public void Begun_operation_of_ours_is_locked_and_names_its_holder(HelmReleaseStatus status)
    {
        var decision = HelmDecision.Decide([Ours(1, HelmReleaseStatus.Deployed), Ours(2, status)], Desired);

        Assert.Equal((HelmState.Locked, "pod-a", 1), (decision.State, decision.Holder, decision.Deployed!.Revision));
    }

    [Fact]
    public void Begun_operation_of_someone_else_on_our_release_has_no_known_holder()
    {
        // Helm copies labels from revision to revision: the mark of revision 1 is on revision 2, which a person's helm began.
        var theirs = Ours(1, HelmReleaseStatus.Deployed) with { Revision = 2, Status = HelmReleaseStatus.PendingUpgrade };

        var decision = HelmDecision.Decide([Ours(1, HelmReleaseStatus.Deployed), theirs], Desired);

        Assert.Equal((HelmState.Locked, null), (decision.State, decision.Holder));
        Assert.Contains("someone else", decision.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_someone_set_by_hand_are_told_as_such()
    {
        var byHand = Ours(1, HelmReleaseStatus.Deployed) with { Revision = 2, Values = new JsonObject { ["debug"] = true } };

        var decision = HelmDecision.Decide([byHand], Desired);

        Assert.Equal((HelmState.OutOfSync, "someone else made revision 2 with other values"), (decision.State, decision.Because));
    }

    [Fact]
    public void Failed_revision_is_failed_until_something_else_is_wanted()
    {
        Assert.Equal(HelmState.Failed, State([Ours(1, HelmReleaseStatus.Failed)]).State);
        Assert.Equal(HelmState.OutOfSync, HelmDecision.Decide([Ours(1, HelmReleaseStatus.Failed)], Desired with { ChartVersion = "1.19.7" }).State);
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"c":[1,2],"d":null}}""", """{"b":{"d":null,"c":[1.0,2e0]},"a":1.0}""", true)]
    [InlineData("""{"a":9007199254740993}""", """{"a":9007199254740992}""", true)]
    [InlineData("""{"a":-0.0}""", """{"a":0}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("""{"a":true}""", """{"a":"true"}""", false)]
    public void Digests_are_equal_when_helm_sees_the_same_values(string one, string other, bool same) =>
        Assert.Equal(same, ValuesDigest.Of(JsonNode.Parse(one)) == ValuesDigest.Of(JsonNode.Parse(other)));

    [Theory]
    [InlineData("netprofile-operator-6d5f_0b6e", "netprofile-operator-6d5f_0b6e")]
    [InlineData("host/name:1", "host_name_1")]
    [InlineData("-x-", "x")]
    public void Anything_becomes_a_label_value(string text, string label) => Assert.Equal(label, HelmMark.LabelValue(text));

    [Fact]
    public void Long_texts_and_digests_fit_into_a_label()
    {
        Assert.Equal(63, HelmMark.LabelValue(new string('a', 200)).Length);
        Assert.Equal(40, HelmMark.LabelValue("sha256:" + new string('0', 64)).Length);
    }

    private static (HelmState State, int Next) State(IReadOnlyList<HelmRelease> history)
    {
        var decision = HelmDecision.Decide(history, Desired);
        return (decision.State, decision.NextRevision);
    }

    private static HelmRelease Ours(int revision, HelmReleaseStatus status, JsonObject? values = null) => Theirs(revision, status) with
    {
        Values = values ?? Values,
        Labels = new HelmMark
        {
            Profile = "cluster",
            Revision = revision,
            ValuesDigest = ValuesDigest.Of(values ?? Values),
            ChartDigest = "sha256:" + new string('c', 64),
            Holder = "pod-a",
        }.ToLabels(),
    };

    private static HelmRelease Theirs(int revision, HelmReleaseStatus status) => new()
    {
        Release = new HelmReleaseName("kube-system", "cilium"),
        Revision = revision,
        Status = status,
        ChartName = "cilium",
        ChartVersion = "1.19.6",
        Labels = new Dictionary<string, string>(),
        Values = Values,
    };
}
