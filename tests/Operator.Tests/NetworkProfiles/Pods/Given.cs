using System.Globalization;
using NetProfile.NetworkProfiles.Pods;

namespace NetProfile.Operator.Tests.NetworkProfiles.Pods;

/// <summary>A census made from a line for each pod: "Deployment/web-1 old", with words for what is particular about it.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <param name="pods">
    /// "Kind/owner-n", or "name" for a bare pod; then any of old, unready, ending, stuck, unscheduled, down, static, dns.
    /// </param>
    public static PodCensus Census(params string[] pods)
    {
        var all = pods.Select(Pod).ToList();
        return new PodCensus
        {
            Pods = all.Count,
            Managed = all.Count(p => !p.IsUnmanaged),
            Unmanaged = [.. all.Where(p => p.IsUnmanaged)],
            Others = [.. all.Where(p => !p.IsUnmanaged)],
            Desired = all.Select(p => p.Owner).OfType<PodOwner>().GroupBy(o => o).ToDictionary(g => g.Key, g => g.Count()),
        };
    }

    public static PodCensus Wanting(this PodCensus census, string owner, int desired)
    {
        var key = census.Desired.Keys.Single(o => o.Name == owner);
        return census with { Desired = census.Desired.ToDictionary(pair => pair.Key, pair => pair.Key == key ? desired : pair.Value) };
    }

    public static WorkloadPod Pod(string line)
    {
        var words = line.Split(' ');
        var parts = words[0].Split('/');
        var name = parts[^1];
        var ns = words.Contains("dns") ? "kube-system" : "default";
        return new WorkloadPod
        {
            Namespace = ns,
            Name = name,
            Uid = "uid-" + name,
            Node = words.Contains("unscheduled") ? "" : "node" + name[^1].ToString(CultureInfo.InvariantCulture),
            Owner = parts.Length == 1 ? null : new PodOwner(parts[0], ns, name[..name.LastIndexOf('-')]),
            IsUnmanaged = words.Contains("old"),
            IsReady = !words.Contains("unready"),
            IsDns = words.Contains("dns"),
            IsStatic = words.Contains("static"),
            IsNodeLive = !words.Contains("down"),
            Created = Now.AddSeconds(-20),
            GoneBy = words.Contains("stuck") ? Now.AddMinutes(-5) : words.Contains("ending") ? Now.AddSeconds(-1) : null,
            Finalizers = words.Contains("stuck") ? ["example.com/hold"] : [],
        };
    }
}
