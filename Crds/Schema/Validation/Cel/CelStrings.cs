using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>Strings and regular expressions. null: no such overload here.</summary>
internal static class CelStrings
{
    private const int MaxPatterns = 256;

    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public static object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        ("startsWith", [string text, string prefix]) => text.StartsWith(prefix, StringComparison.Ordinal),
        ("endsWith", [string text, string suffix]) => text.EndsWith(suffix, StringComparison.Ordinal),
        ("contains", [string text, string part]) => text.Contains(part, StringComparison.Ordinal),
        ("matches", [string text, string pattern]) => Compiled(pattern).IsMatch(text),
        ("find", [string text, string pattern]) => Compiled(pattern).Match(text).Value,
        ("findAll", [string text, string pattern]) => Compiled(pattern).Matches(text).Select(match => (object?)match.Value).ToList(),
        ("split", [string text, string separator]) => Split(text, separator, int.MaxValue),
        ("split", [string text, string separator, long limit]) => limit == 0 ? new List<object?>() : Split(text, separator, limit < 0 ? int.MaxValue : (int)limit),
        ("join", [List<object?> items]) => Join(items, ""),
        ("join", [List<object?> items, string separator]) => Join(items, separator),
        ("replace", [string text, string old, string with]) => text.Replace(old, with, StringComparison.Ordinal),
        ("lowerAscii", [string text]) => text.ToLowerInvariant(),
        ("upperAscii", [string text]) => text.ToUpperInvariant(),
        ("trim", [string text]) => text.Trim(),
        ("charAt", [string text, long at]) => at == text.Length ? "" : text[Index(text, at)].ToString(),
        ("substring", [string text, long start]) => text[Index(text, start)..],
        ("substring", [string text, long start, long end]) => start <= end ? text[Index(text, start)..Index(text, end)] : throw new CelException($"invalid substring range. start: {start}, end: {end}"),
        ("indexOf", [string text, string part]) => (long)text.IndexOf(part, StringComparison.Ordinal),
        ("indexOf", [string text, string part, long from]) => (long)text.IndexOf(part, Index(text, from), StringComparison.Ordinal),
        ("lastIndexOf", [string text, string part]) => (long)text.LastIndexOf(part, StringComparison.Ordinal),
        ("reverse", [string text]) => new string(text.Reverse().ToArray()),
        ("strings.quote", [string text]) => JsonKinds.Show(text),
        ("isURL", [string text]) => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => null,
    };

    private static string Join(List<object?> items, string separator) =>
        items.TrueForAll(item => item is string) ? string.Join(separator, items) : throw CelOperators.NoOverload("join", items);

    /// <summary>Rules have few patterns and are evaluated often.</summary>
    private static Regex Compiled(string pattern)
    {
        try
        {
            if (Patterns.Count >= MaxPatterns)
            {
                Patterns.Clear();
            }

            return Patterns.GetOrAdd(pattern, Re2.Compile);
        }
        catch (FormatException exception)
        {
            throw new CelException(exception.Message);
        }
    }

    private static List<object?> Split(string text, string separator, int limit) =>
        separator.Length == 0
            ? text.Select(c => (object?)c.ToString()).ToList()
            : text.Split(separator, limit).Cast<object?>().ToList();

    private static int Index(string text, long at) =>
        at >= 0 && at <= text.Length ? (int)at : throw new CelException($"index out of range: {at}");
}
