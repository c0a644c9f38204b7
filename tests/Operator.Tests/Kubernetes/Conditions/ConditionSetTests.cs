using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Conditions;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Conditions;

public sealed class ConditionSetTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, 700, TimeSpan.Zero));

    [Fact]
    public void The_time_moves_with_the_status_only()
    {
        var first = Set([]);
        first.MarkFalse("Ready", "Waiting", "for a node");
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = Set(first.ToList(), 2);
        second.MarkFalse("Ready", "Other", "for two nodes");
        var same = Assert.Single(second.ToList());
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), same.LastTransitionTime);
        Assert.Equal(("Other", 2L), (same.Reason, same.ObservedGeneration));
        _clock.Advance(TimeSpan.FromMinutes(1));
        var third = Set(second.ToList(), 2);
        third.MarkTrue("Ready", "Done", "");
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 2, 0, TimeSpan.Zero), Assert.Single(third.ToList()).LastTransitionTime);
    }

    [Fact]
    public void Setting_the_same_again_changes_nothing()
    {
        var first = Set([]);
        first.MarkTrue("Ready", "Done", "all is well");
        _clock.Advance(TimeSpan.FromHours(1));
        var second = Set(first.ToList());
        second.MarkUnknown("Ready", "Looking", "");
        second.Remove("Ready");
        second.MarkTrue("Ready", "Done", "all is well");
        Assert.Equal(first.ToList(), second.ToList());
    }

    [Fact]
    public void Reconciling_and_Stalled_exclude_each_other()
    {
        var set = Set([]);
        set.MarkReconciling("Installing", "");
        set.MarkStalled("Refused", "");
        Assert.Equal(["Stalled"], set.ToList().Select(condition => condition.Type));
        set.MarkReconciling("Installing", "");
        Assert.Equal(["Reconciling"], set.ToList().Select(condition => condition.Type));
    }

    [Fact]
    public void The_three_of_kstatus_come_first_and_the_rest_by_name()
    {
        var set = Set([]);
        foreach (var type in new[] { "Zebra", "Accepted", "Ready" })
        {
            set.MarkTrue(type, "R", "");
        }

        set.MarkStalled("R", "");
        Assert.Equal(["Ready", "Stalled", "Accepted", "Zebra"], set.ToList().Select(condition => condition.Type));
    }

    private ConditionSet Set(IReadOnlyList<V1Condition> current, long generation = 1) => new(current, generation, _clock);
}
