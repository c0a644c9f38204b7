using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Conditions;

/// <summary>
/// Conditions on their way from what is stored to what will be. lastTransitionTime moves with Status only (API conventions), so
/// setting the same again changes nothing, and an apply of it writes nothing. kstatus' Reconciling and Stalled are there only
/// when true, and never together.
/// </summary>
public sealed class ConditionSet
{
    public const string Ready = "Ready";
    public const string Reconciling = "Reconciling";
    public const string Stalled = "Stalled";

    /// <summary>metav1.Condition's own limit; a longer one is refused by the API server, status and all.</summary>
    private const int LongestMessage = 32768;

    private readonly Dictionary<string, V1Condition> _before;
    private readonly Dictionary<string, V1Condition> _conditions;
    private readonly long _generation;
    private readonly DateTimeOffset _now;

    public ConditionSet(IReadOnlyList<V1Condition>? current, long generation, TimeProvider clock)
    {
        _conditions = new Dictionary<string, V1Condition>(StringComparer.Ordinal);
        foreach (var condition in current ?? [])
        {
            _conditions[condition.Type] = condition;
        }

        _before = new Dictionary<string, V1Condition>(_conditions, StringComparer.Ordinal);
        _generation = generation;
        var now = clock.GetUtcNow();
        _now = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), now.Offset);
    }

    public void MarkTrue(string type, string reason, string message) => Set(type, ConditionStatus.True, reason, message);

    public void MarkFalse(string type, string reason, string message) => Set(type, ConditionStatus.False, reason, message);

    public void MarkUnknown(string type, string reason, string message) => Set(type, ConditionStatus.Unknown, reason, message);

    public void Remove(string type) => _conditions.Remove(type);

    /// <summary>Work is under way; drops Stalled.</summary>
    public void MarkReconciling(string reason, string message)
    {
        Remove(Stalled);
        MarkTrue(Reconciling, reason, message);
    }

    /// <summary>Nothing will happen until something changes; drops Reconciling.</summary>
    public void MarkStalled(string reason, string message)
    {
        Remove(Reconciling);
        MarkTrue(Stalled, reason, message);
    }

    public V1Condition? Get(string type) => _conditions.GetValueOrDefault(type);

    /// <summary>Ready, Reconciling and Stalled first, the others by name.</summary>
    public IReadOnlyList<V1Condition> ToList() =>
        [.. _conditions.Values.OrderBy(condition => Rank(condition.Type)).ThenBy(condition => condition.Type, StringComparer.Ordinal)];

    public void Set(string type, ConditionStatus status, string reason, string message)
    {
        // What it was before this round counts, also when it was removed and set again meanwhile.
        var since = _before.TryGetValue(type, out var before) && before.Status == status ? before.LastTransitionTime : _now;
        _conditions[type] = new V1Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message.Length > LongestMessage ? $"{message.AsSpan(0, LongestMessage - 1)}…" : message,
            ObservedGeneration = _generation,
            LastTransitionTime = since,
        };
    }

    private static int Rank(string type) => type switch
    {
        Ready => 0,
        Reconciling => 1,
        Stalled => 2,
        _ => 3,
    };
}
