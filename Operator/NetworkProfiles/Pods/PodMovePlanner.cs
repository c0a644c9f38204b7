using System.Globalization;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>
/// Which pods of the old network are moved now. Pure and level-triggered: it looks at the pods that there are, so it does not
/// matter who has moved the others. The cluster's DNS comes first, then of each owner one pod at a time (or a tenth) while
/// its others are ready. What a node that is down holds is not waited for, except by a StatefulSet, which can't do without it.
/// </summary>
internal static class PodMovePlanner
{
    /// <summary>How long a refusal is believed before it is tried again.</summary>
    internal static readonly TimeSpan RefusalLasts = TimeSpan.FromSeconds(30);

    /// <summary>A pod that is still there so long after its grace period is held by something.</summary>
    internal static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    /// <summary>A DNS pod that finds no node for so long is not waited for.</summary>
    private static readonly TimeSpan s_dnsSchedules = TimeSpan.FromMinutes(1);

    /// <summary>How many are deleted in one go when all are cut off.</summary>
    private const int MostDeletions = 500;

    private const int LeastInFlight = 10;

    public static PodMovePlan Plan(PodCensus census, IReadOnlyCollection<RefusedPod>? refused, PodMoveOptions options, DateTimeOffset now)
    {
        var groups = OwnedPods.Group(census, now);
        var staying = census.Unmanaged.Where(p => p.GoneBy is null).ToList();
        var left = staying.Where(p => p.IsStatic || (p.Owner is null && !options.AllowBare)).ToList();
        var bare = staying.Where(p => p.Owner is null && !p.IsStatic && options.AllowBare).ToList();
        var dnsHolds = options.Mode == PodMoveMode.Evict ? DnsHolds(census, groups, now) : null;
        var room = options.Mode == PodMoveMode.Delete ? MostDeletions : Math.Max(1, Math.Max(LeastInFlight, options.Nodes) - census.InFlight);
        var (moving, waiting, blocked, refusals) = (new List<WorkloadPod>(), new List<string>(), new List<string>(), new List<RefusedPod>());
        foreach (var group in groups.OrderByDescending(g => g.IsDns).ThenBy(g => g.Owner.ToString(), StringComparer.Ordinal))
        {
            blocked.AddRange(group.Stuck.Select(StuckText));
            if (group.Candidates.Count == 0)
            {
                continue;
            }

            var refusal = refused?.FirstOrDefault(r => r.Owner == group.Owner.ToString());
            if (refusal is not null)
            {
                refusals.Add(refusal);
                blocked.Add($"{refusal.Owner} ({refusal.Pod}): {refusal.Message}");
            }

            if (!options.MayMove || IsFresh(refusal, now))
            {
                continue;
            }

            var wait = dnsHolds is not null && !group.IsDns ? dnsHolds : options.Mode == PodMoveMode.Delete ? null : group.Waits;
            var take = wait is null ? Math.Min(room, options.Mode == PodMoveMode.Delete ? group.Candidates.Count : group.Allowance) : 0;
            if (take <= 0)
            {
                waiting.Add(string.Create(CultureInfo.InvariantCulture, $"{group.Owner} ({group.Candidates.Count} pods) waits {wait ?? "because enough pods are on their way in the whole cluster"}"));
                continue;
            }

            moving.AddRange(group.Candidates.Take(take));
            room -= take;
        }

        blocked.AddRange(census.Unmanaged.Where(p => p is { Owner: null, GoneBy: { } goneBy } && now - goneBy > StuckAfter).Select(StuckText));
        var mayTouchBare = options.MayMove && dnsHolds is null;
        moving.AddRange(bare.Where(p => mayTouchBare && !IsFresh(Refusal(p), now)).Take(Math.Max(0, room)));
        blocked.AddRange(bare.Select(Refusal).OfType<RefusedPod>().Select(r => $"{r.Pod}: {r.Message}"));
        refusals.AddRange(bare.Select(Refusal).OfType<RefusedPod>());
        return new PodMovePlan
        {
            Options = options,
            Now = moving,
            Waiting = waiting,
            Blocked = blocked,
            Left = left,
            Unmanaged = census.Unmanaged.Count,
            Refused = refusals,
        };

        RefusedPod? Refusal(WorkloadPod pod) => refused?.FirstOrDefault(r => r.Owner is null && r.Pod == pod.FullName);
    }

    private static bool IsFresh(RefusedPod? refusal, DateTimeOffset now) => refusal?.At is { } at && now - at < RefusalLasts;

    /// <summary>Why other pods wait for the cluster's DNS; null when it is served by Cilium and ready, or there is none.</summary>
    private static string? DnsHolds(PodCensus census, IReadOnlyList<OwnedPods> groups, DateTimeOffset now)
    {
        var old = groups.Where(g => g.IsDns).SelectMany(g => g.Candidates.Concat(g.Leaving)).ToList();
        if (old.Count > 0)
        {
            return $"for the cluster's DNS, which is moved first ({Agents.NodeNames.Join(old.Select(p => p.FullName), 3)})";
        }

        var dns = census.Others.Where(p => p.IsDns && p.GoneBy is null).ToList();
        var unready = dns.Where(p => !p.IsReady && (p.Node.Length > 0 ? p.IsNodeLive : now - p.Created < s_dnsSchedules)).ToList();
        var missing = dns.Select(p => p.Owner).OfType<PodOwner>().Distinct().Any(o => census.Desired.TryGetValue(o, out var desired) && dns.Count(p => p.Owner == o) < desired);
        return unready.Count > 0 ? $"until the cluster's DNS is ready ({Agents.NodeNames.Join(unready.Select(p => p.FullName), 3)})"
            : missing || (dns.Count > 0 && !dns.Any(p => p.IsReady)) ? "until the cluster's DNS is ready"
            : null;
    }

    private static string StuckText(WorkloadPod pod) => pod.Finalizers.Count > 0
        ? $"{pod.FullName} should have ended by {pod.GoneBy!.Value.UtcDateTime:HH:mm:ss} UTC and is held by finalizer {string.Join(", ", pod.Finalizers.Take(3))}: see to whatever should remove that"
        : $"{pod.FullName} should have ended by {pod.GoneBy!.Value.UtcDateTime:HH:mm:ss} UTC and hasn't: look at the kubelet of {pod.Node}";
}
