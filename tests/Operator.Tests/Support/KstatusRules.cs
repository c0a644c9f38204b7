using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using Conditions = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions;

namespace NetProfile.Operator.Tests.Support;

/// <summary>
/// What kstatus readers (kubectl wait, Flux, Argo CD) rely on. FAIL0001 to FAIL0009 are numbered as in Flux's own checks of its
/// controllers; from FAIL0101 on they are this project's.
/// </summary>
public static class KstatusRules
{
    private static readonly string[] s_summaries = [Conditions.Ready.Type, Conditions.Reconciling.Type, Conditions.Stalled.Type];

    private sealed record Seen(NetworkProfileStatus Status, long Generation)
    {
        public IReadOnlyList<V1Condition> All { get; } = Status.Conditions ?? [];

        public V1Condition? Ready => Find(Conditions.Ready.Type);

        public V1Condition? Reconciling => Find(Conditions.Reconciling.Type);

        public V1Condition? Stalled => Find(Conditions.Stalled.Type);

        public bool IsReady => Ready?.Status == ConditionStatus.True;

        public IEnumerable<V1Condition> Others => All.Where(c => !s_summaries.Contains(c.Type));

        private V1Condition? Find(string type) => All.FirstOrDefault(c => c.Type == type);
    }

    private static readonly (string Number, string Text, Func<Seen, bool> Holds)[] s_rules =
    [
        ("FAIL0001", "while Ready is True, neither Reconciling nor Stalled is True", s => !s.IsReady || (!IsTrue(s.Reconciling) && !IsTrue(s.Stalled))),
        ("FAIL0002", "Ready is always there", s => s.Ready is not null),
        ("FAIL0003", "Ready is not True while Reconciling is True", s => !IsTrue(s.Reconciling) || !s.IsReady),
        ("FAIL0004", "Ready is False while Stalled is True", s => !IsTrue(s.Stalled) || s.Ready?.Status == ConditionStatus.False),
        ("FAIL0005", "Reconciling and Stalled are never there together", s => s.Reconciling is null || s.Stalled is null),
        ("FAIL0006", "status is of no later generation than the object", s => s.Status.ObservedGeneration <= s.Generation),
        ("FAIL0007", "Ready is not True while status is of an earlier generation", s => s.Status.ObservedGeneration >= s.Generation || !s.IsReady),
        ("FAIL0008", "Ready is not True while a condition is of an earlier generation", s => !s.IsReady || s.All.All(c => c.ObservedGeneration >= s.Generation)),
        ("FAIL0009", "while Ready is True, all conditions are of status's generation", s => !s.IsReady || s.All.All(c => c.ObservedGeneration == s.Status.ObservedGeneration)),
        ("FAIL0101", "Reconciling and Stalled are absent unless True", s => (s.Reconciling is null || IsTrue(s.Reconciling)) && (s.Stalled is null || IsTrue(s.Stalled))),
        ("FAIL0102", "no type of condition is there twice", s => s.All.Select(c => c.Type).Distinct().Count() == s.All.Count),
        ("FAIL0103", "every condition has a generation, a reason and a message", s => s.All.All(c => c.ObservedGeneration is not null && c.Reason.Length > 0 && c.Message.Length > 0)),
        ("FAIL0104", "no condition is of a later generation than status", s => s.All.All(c => c.ObservedGeneration <= s.Status.ObservedGeneration)),
        ("FAIL0105", "Ready is True exactly when all other conditions are", s => s.Ready?.Reason is Conditions.Ready.Suspended or Conditions.Ready.Deleting || s.IsReady == s.Others.All(IsTrue)),
        ("FAIL0106", "phase Ready goes with Ready True", s => s.Status.Phase is null || (s.Status.Phase == NetworkProfilePhase.Ready) == s.IsReady),
        ("FAIL0107", "Ready, Reconciling and Stalled come first, in this order", s => Order(s.All)),
    ];

    /// <returns>The rules that are broken, as "FAIL0004: …"; empty when all hold.</returns>
    public static IReadOnlyList<string> Check(NetworkProfileStatus status, long generation)
    {
        var seen = new Seen(status, generation);
        return [.. s_rules.Where(rule => !rule.Holds(seen)).Select(rule => $"{rule.Number}: {rule.Text}")];
    }

    /// <summary>What kstatus makes of the object: Current, InProgress, Failed or Terminating.</summary>
    public static string Compute(V1Alpha1NetworkProfile profile)
    {
        bool Is(string type, ConditionStatus status) => profile.Status?.Conditions?.FirstOrDefault(c => c.Type == type)?.Status == status;
        return profile switch
        {
            { Metadata.DeletionTimestamp: not null } => "Terminating",
            _ when profile.Status?.ObservedGeneration is { } observed && observed != profile.Metadata.Generation => "InProgress",
            _ when Is(Conditions.Reconciling.Type, ConditionStatus.True) => "InProgress",
            _ when Is(Conditions.Stalled.Type, ConditionStatus.True) => "Failed",
            _ when Is(Conditions.Ready.Type, ConditionStatus.True) => "Current",
            _ when profile.Status?.Conditions?.Any(c => c.Type == Conditions.Ready.Type) == true => "InProgress",
            _ => "Current",
        };
    }

    private static bool IsTrue(V1Condition? condition) => condition?.Status == ConditionStatus.True;

    private static bool Order(IReadOnlyList<V1Condition> conditions)
    {
        var places = conditions.Select(c => Array.IndexOf(s_summaries, c.Type) is var place && place < 0 ? s_summaries.Length : place).ToList();
        return places.SequenceEqual(places.Order());
    }
}
