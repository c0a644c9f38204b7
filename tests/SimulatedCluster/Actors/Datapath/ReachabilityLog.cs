using System.Globalization;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>For how long one end did not reach the other as it should, and why.</summary>
public sealed record ReachabilityGap(string From, string To, Reach Reach, string Why, DateTimeOffset Since)
{
    /// <summary>null: it lasts.</summary>
    public DateTimeOffset? Until { get; internal set; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Since:HH:mm:ss.fff}–{(Until is { } until ? until.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) : "…")} {From} → {To}: {Reach}: {Why}");
}

/// <summary>
/// Who could not reach whom, from the moment on that recording began: between all running pods and nodes, to the service
/// addresses, and to the cluster's DNS. Looked at after every change of a pod or of a host. A service that never was
/// reachable from a node counts from when it first is.
/// </summary>
public sealed class ReachabilityLog
{
    private readonly Lock gate = new();
    private readonly List<ReachabilityGap> gaps = [];

    /// <summary>How many pairs were looked at: a log without gaps says nothing when this is 0.</summary>
    public long Checks { get; internal set; }

    /// <summary>Connections that found no way.</summary>
    public IReadOnlyList<ReachabilityGap> Lost => Where(gap => gap.Reach == Reach.Lost);

    /// <summary>Pairs between which a pod lost its own address on the way, which breaks the streams that were open.</summary>
    public IReadOnlyList<ReachabilityGap> Masqueraded => Where(gap => gap.Reach == Reach.Masqueraded);

    internal void Add(ReachabilityGap gap)
    {
        lock (gate)
        {
            gaps.Add(gap);
        }
    }

    private List<ReachabilityGap> Where(Func<ReachabilityGap, bool> holds)
    {
        lock (gate)
        {
            return [.. gaps.Where(holds)];
        }
    }
}
