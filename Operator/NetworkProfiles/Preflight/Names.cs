using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Lists of names that stay readable: a few in full, the others as a number.</summary>
internal static class Names
{
    private const int Most = 5;

    public static string Of(IEnumerable<string> names, int most = Most)
    {
        var all = names.Distinct(StringComparer.Ordinal).ToList();
        return string.Join(", ", all.Take(most)) + (all.Count > most ? $" and {all.Count - most} more" : "");
    }

    public static string Of(IEnumerable<V1Node> nodes) => Of(nodes.Select(n => n.Metadata.Name!).Order(StringComparer.Ordinal));
}
