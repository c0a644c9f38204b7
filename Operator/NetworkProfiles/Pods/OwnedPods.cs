using System.Globalization;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>The pods of one owner that has some in the old network, and how many of those may go now.</summary>
internal sealed record OwnedPods
{
    public required PodOwner Owner { get; init; }

    public required bool IsDns { get; init; }

    /// <summary>Old ones, in the order in which they are to go: those that serve nobody first, a StatefulSet's by descending ordinal.</summary>
    public required IReadOnlyList<WorkloadPod> Candidates { get; init; }

    /// <summary>Old ones on their way out.</summary>
    public required IReadOnlyList<WorkloadPod> Leaving { get; init; }

    /// <summary>Those of them that something holds.</summary>
    public required IReadOnlyList<WorkloadPod> Stuck { get; init; }

    /// <summary>How many may go now.</summary>
    public required int Allowance { get; init; }

    /// <summary>What it waits for when that is none.</summary>
    public required string? Waits { get; init; }

    public static IReadOnlyList<OwnedPods> Group(PodCensus census, DateTimeOffset now) =>
    [
        .. census.Unmanaged.Concat(census.Others).Where(p => p.Owner is not null && !p.IsStatic)
            .GroupBy(p => p.Owner!)
            .Where(g => g.Any(p => p.IsUnmanaged))
            .Select(g => Of(g.Key, [.. g], census.Desired.TryGetValue(g.Key, out var desired) ? desired : null, now)),
    ];

    private static OwnedPods Of(PodOwner owner, List<WorkloadPod> pods, int? desired, DateTimeOffset now)
    {
        var staying = pods.Where(p => p.GoneBy is null).ToList();
        var leaving = pods.Where(p => p.GoneBy is not null).ToList();
        var candidates = staying.Where(p => p.IsUnmanaged).OrderBy(p => p.IsReady).ThenByDescending(p => owner.Kind == PodOwner.StatefulSet ? p.Ordinal : 0).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        if (owner.Kind == PodOwner.DaemonSet)
        {
            // Of nodes that are down nothing can be expected; they'd make every DaemonSet wait for ever.
            var down = staying.RemoveAll(p => !p.IsUnmanaged && !p.IsNodeLive);
            desired -= down;
        }

        var unready = staying.Where(p => !p.IsUnmanaged && !p.IsReady).ToList();
        var missing = Math.Max(0, desired is { } count ? count - staying.Count : leaving.Count);
        var most = owner.Kind == PodOwner.StatefulSet ? 1 : Math.Max(1, Math.Max(desired ?? 0, staying.Count) / 10);
        var allowance = Math.Max(0, most - unready.Count - missing);

        // A StatefulSet's pod that isn't ready is never waited for: its controller makes no other one until this one is.
        var useless = owner.Kind == PodOwner.StatefulSet && candidates.Count > 0 && !candidates[0].IsReady;
        return new OwnedPods
        {
            Owner = owner,
            IsDns = pods.Any(p => p.IsDns),
            Candidates = candidates,
            Leaving = [.. leaving.Where(p => p.IsUnmanaged)],
            Stuck = [.. leaving.Where(p => p.IsUnmanaged && now - p.GoneBy > PodMovePlanner.StuckAfter)],
            Allowance = useless ? Math.Max(1, allowance) : allowance,
            Waits = allowance > 0 || useless ? null : Reason(unready, missing),
        };
    }

    private static string Reason(List<WorkloadPod> unready, int missing) => unready.Count > 0
        ? $"until {Agents.NodeNames.Join(unready.Select(p => p.FullName), 3)} {(unready.Count == 1 ? "is" : "are")} ready"
        : string.Create(CultureInfo.InvariantCulture, $"until {missing} pods that are missing have been made again");
}
