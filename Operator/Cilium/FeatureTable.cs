using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>Rows of <c>status.features</c> from what is wanted, what is configured, and what agents say. Pure.</summary>
public static class FeatureTable
{
    /// <summary>Kernels and devices differ from node to node; a row stays readable.</summary>
    private const int MostValues = 4;

    /// <summary>
    /// A feature that spec speaks of. Where agents have reported, their word counts; a feature that they can't report, and every
    /// feature before any has been asked, is as configured.
    /// </summary>
    public static FeatureStatus Wanted(CiliumFeature wanted, IReadOnlyList<CiliumFeature> configured, IReadOnlyCollection<IReadOnlyList<CiliumFeature>> reports)
    {
        var said = Said(wanted.Name, reports);
        return new FeatureStatus
        {
            Name = wanted.Name,
            Wanted = wanted.Value,
            Reported = said.Count > 0 ? Values(said) : Configured(wanted.Name, configured) ?? "",
            NodesReporting = said.Count(v => v == wanted.Value),
            NodesTotal = said.Count,
        };
    }

    /// <summary>A feature that spec has no word for: what is configured is expected; where nothing is, whatever agents say. null when nobody speaks of it.</summary>
    public static FeatureStatus? Told(string name, IReadOnlyList<CiliumFeature> configured, IReadOnlyCollection<IReadOnlyList<CiliumFeature>> reports)
    {
        var said = Said(name, reports);
        var expected = Configured(name, configured);
        return said.Count == 0 ? null : new FeatureStatus
        {
            Name = name,
            Reported = Values(said),
            NodesReporting = said.Count(v => expected is null || v == expected),
            NodesTotal = said.Count,
        };
    }

    public static string? Configured(string name, IReadOnlyList<CiliumFeature> configured) => configured.FirstOrDefault(f => f.Name == name)?.Value;

    private static List<string> Said(string name, IReadOnlyCollection<IReadOnlyList<CiliumFeature>> reports) =>
        [.. reports.Select(r => r.FirstOrDefault(f => f.Name == name)?.Value).OfType<string>()];

    private static string Values(List<string> said)
    {
        var values = said.GroupBy(v => v, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key).ToList();
        return string.Join(", ", values.Take(MostValues)) + (values.Count > MostValues ? ", …" : "");
    }
}
