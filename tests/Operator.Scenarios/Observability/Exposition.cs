using System.Globalization;
using System.Text.RegularExpressions;

namespace NetProfile.Operator.Scenarios.Observability;

internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public string Series => $"{Name}{{{string.Join(',', Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))}}}";
}

internal sealed record Family(string Name, string Type, string Unit, List<Sample> Samples);

/// <summary>
/// A scrape, read by the letter: what the two formats forbid is an error here, although scrapers swallow most of it
/// (https://prometheus.io/docs/specs/om/open_metrics_spec/, https://prometheus.io/docs/instrumenting/exposition_formats/).
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Family> Families => _families;

    public IEnumerable<Sample> Samples => _families.Values.SelectMany(f => f.Samples);

    public static Exposition Parse(string text, bool openMetrics)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var lines = text[..^1].Split('\n');
        if (openMetrics)
        {
            Assert.Equal("# EOF", lines[^1]);
            lines = lines[..^1];
        }

        var result = new Exposition();
        Family? current = null;
        foreach (var line in lines)
        {
            current = line.StartsWith('#') ? result.Comment(line, current, openMetrics) : result.Line(line, current, openMetrics);
        }

        foreach (var family in result._families.Values)
        {
            Assert.True(family.Unit.Length == 0 || family.Name.EndsWith($"_{family.Unit}", StringComparison.Ordinal), $"{family.Name} does not end in its unit {family.Unit}");
            CheckHistogram(family);
        }

        return result;
    }

    public bool Has(string name, double value, params (string Name, string Value)[] labels) =>
        Samples.Any(s => s.Name == name && s.Value == value && labels.All(l => s.Labels.TryGetValue(l.Name, out var label) && label == l.Value));

    /// <summary>The only sample of this name with these labels, of all that it may have.</summary>
    public double this[string name, params (string Name, string Value)[] labels]
    {
        get
        {
            var found = Samples.Where(s => s.Name == name && labels.All(l => s.Labels.TryGetValue(l.Name, out var value) && value == l.Value)).ToList();
            Assert.True(found.Count == 1, $"{found.Count} series are {name} with {string.Join(", ", labels)}; {name} has {string.Join(" ", Samples.Where(s => s.Name == name).Select(s => s.Series))}");
            return found[0].Value;
        }
    }

    private Family Comment(string line, Family? current, bool openMetrics)
    {
        var match = CommentLine().Match(line);
        Assert.True(match.Success, $"not a comment that the format knows: {line}");
        var (kind, name, rest) = (match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["rest"].Value);
        if (kind == "TYPE")
        {
            Assert.Contains(rest, new[] { "counter", "gauge", "histogram" });
            Assert.True(!openMetrics || rest != "counter" || !name.EndsWith("_total", StringComparison.Ordinal), $"the family of a counter is named without _total: {name}");
            var family = new Family(name, rest, "", []);
            Assert.True(_families.TryAdd(name, family), $"{name} comes twice");
            return family;
        }

        Assert.True(current?.Name == name && current.Samples.Count == 0, $"# {kind} {name} must follow its TYPE and precede its samples");
        Assert.NotEqual("", rest);
        Assert.Matches(@"^([^\\]|\\\\|\\n|\\"")*$", rest);
        if (kind == "UNIT")
        {
            Assert.True(openMetrics, "UNIT is of OpenMetrics only");
            return _families[name] = current! with { Unit = rest };
        }

        return current!;
    }

    private Family Line(string line, Family? current, bool openMetrics)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"not a sample: {line}");
        Assert.True(current is not null, $"{line} comes before any TYPE");
        var name = match.Groups["name"].Value;
        string[] allowed = current!.Type switch
        {
            "counter" => [openMetrics ? $"{current.Name}_total" : current.Name],
            "histogram" => [$"{current.Name}_bucket", $"{current.Name}_sum", $"{current.Name}_count"],
            _ => [current.Name],
        };
        Assert.Contains(name, allowed);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
        {
            Assert.True(labels.TryAdd(label.Groups["key"].Value, Unescape(label.Groups["value"].Value)), $"a label comes twice: {line}");
        }

        Assert.True(name.EndsWith("_bucket", StringComparison.Ordinal) == labels.ContainsKey("le"), $"le belongs to buckets: {line}");
        var text = match.Groups["value"].Value;
        var sample = new Sample(name, labels, text switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) });
        Assert.True(_series.Add(sample.Series), $"a series comes twice: {line}");
        Assert.True(current.Type != "counter" || sample.Value >= 0, $"a counter below zero: {line}");
        current.Samples.Add(sample);
        return current;
    }

    private static void CheckHistogram(Family family)
    {
        if (family.Type != "histogram")
        {
            return;
        }

        foreach (var group in family.Samples.GroupBy(s => string.Join(',', s.Labels.Where(l => l.Key != "le").Select(l => $"{l.Key}={l.Value}"))))
        {
            var buckets = group.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).Select(s => (Bound: s.Labels["le"], s.Value)).ToList();
            Assert.Equal("+Inf", buckets[^1].Bound);
            var bounds = buckets[..^1].Select(b => double.Parse(b.Bound, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(buckets.Select(b => b.Value).Order(), buckets.Select(b => b.Value));
            Assert.Equal(buckets[^1].Value, Assert.Single(group, s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Value);
            Assert.Single(group, s => s.Name.EndsWith("_sum", StringComparison.Ordinal));
        }
    }

    private static string Unescape(string value) => value.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(@"^# (?<kind>TYPE|HELP|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>\S.*)$")]
    private static partial Regex CommentLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,(?!\})|(?=\})))+)\})? (?<value>[-+]?(Inf|[0-9.]+(e[-+]?[0-9]+)?)|NaN)$""", RegexOptions.IgnoreCase)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<key>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\["\\n])*)"(,|$)""")]
    private static partial Regex Label();
}
