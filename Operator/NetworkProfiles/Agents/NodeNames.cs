namespace NetProfile.NetworkProfiles.Agents;

/// <summary>Names of nodes in messages and reports.</summary>
internal static class NodeNames
{
    private const int Most = 20;

    /// <summary>Agents of a named cluster say "cluster/node".</summary>
    public static string WithoutCluster(string name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>At most 20 by name, and how many more.</summary>
    public static string Join(IEnumerable<string> names, int most = Most)
    {
        var all = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", all.Take(most)) + (all.Count > most ? $" and {all.Count - most} more" : "");
    }
}
