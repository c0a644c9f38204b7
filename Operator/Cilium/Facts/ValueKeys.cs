using System.Collections.Frozen;

namespace NetProfile.Cilium.Facts;

/// <summary>What becomes of a removed key when somebody still sets it.</summary>
public enum RemovedKeyEffect
{
    /// <summary>helm fails.</summary>
    Fails,

    /// <summary>Nothing is said, and nothing is done.</summary>
    Ignored,
}

/// <summary>
/// The keys that the chart of one minor knows, with their types: <c>bool string int number list map any</c>, and <c>keys</c> for a
/// map whose own keys are in the table too. A <c>map</c>, <c>any</c> or list is free below.
/// </summary>
internal sealed class ValueKeys
{
    private readonly FrozenDictionary<string, string[]> types;
    private readonly FrozenDictionary<string, RemovalEntry> removals;
    private readonly FrozenDictionary<string, AcceptedEntry> accepted;

    private ValueKeys(FrozenDictionary<string, string[]> types, FrozenDictionary<string, RemovalEntry> removals, FrozenDictionary<string, AcceptedEntry> accepted)
    {
        this.types = types;
        this.removals = removals;
        this.accepted = accepted;
    }

    public static ValueKeys For(CiliumVersion version) => new(
        FactsDocuments.Keys.Keys
            .Select(entry => (entry.Key, Types: TypesIn(entry.Value, version)))
            .Where(entry => entry.Types is not null)
            .ToFrozenDictionary(entry => entry.Key, entry => entry.Types!, StringComparer.Ordinal),
        FactsDocuments.Removals.Removals
            .Where(entry => MinorRange.From(entry.Since, entry.Until).Contains(version))
            .ToFrozenDictionary(entry => entry.Key, StringComparer.Ordinal),
        FactsDocuments.Removals.Accepted
            .Where(entry => MinorRange.From(entry.Since, entry.Until).Contains(version))
            .ToFrozenDictionary(entry => entry.Key, StringComparer.Ordinal));

    /// <summary>null: the chart doesn't know the key.</summary>
    public string[]? TypesOf(string key) => types.GetValueOrDefault(key);

    public RemovalEntry? RemovalOf(string key) => removals.GetValueOrDefault(key);

    public bool HasRemovalsBelow(string path) => removals.Keys.Any(k => k.StartsWith(path + ".", StringComparison.Ordinal));

    public AcceptedEntry? AcceptedValuesOf(string key) => accepted.GetValueOrDefault(key);

    public bool Knows(string key) => types.ContainsKey(key);

    /// <summary>The known key below the same parent that is spelled most like this one; null when none is near.</summary>
    public string? Nearest(string key)
    {
        var parent = key.Contains('.', StringComparison.Ordinal) ? key[..(key.LastIndexOf('.') + 1)] : "";
        var best = types.Keys
            .Where(k => k.StartsWith(parent, StringComparison.Ordinal) && !k[parent.Length..].Contains('.', StringComparison.Ordinal))
            .Select(k => (Key: k, Distance: Distance(k.AsSpan(parent.Length), key.AsSpan(parent.Length))))
            .OrderBy(k => k.Distance).ThenBy(k => k.Key, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Key is not null && best.Distance <= Math.Max(1, (key.Length - parent.Length) / 4) ? best.Key : null;
    }

    /// <summary>The minors that know the key, as the table writes them; null when none does.</summary>
    public static string? MinorsWith(string key) =>
        FactsDocuments.Keys.Keys.TryGetValue(key, out var runs)
            ? string.Join(", ", runs.Split(", ").Select(run => run[..run.IndexOf(' ', StringComparison.Ordinal)]))
            : null;

    private static string[]? TypesIn(string runs, CiliumVersion version)
    {
        foreach (var run in runs.Split(", "))
        {
            var space = run.IndexOf(' ', StringComparison.Ordinal);
            var ends = run[..space].Split('-');
            if (MinorRange.From(ends[0], ends[^1]).Contains(version))
            {
                return run[(space + 1)..].Split('|');
            }
        }

        return null;
    }

    /// <summary>Levenshtein's, with case changes free: routingmode is routingMode.</summary>
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
