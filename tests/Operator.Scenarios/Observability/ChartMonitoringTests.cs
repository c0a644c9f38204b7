using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Processes;
using NetProfile.Serialization;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>Alerts and dashboard against the metrics that there are.</summary>
public sealed partial class ChartMonitoringTests
{
    /// <summary>What Prometheus adds to each sample of a target.</summary>
    private static readonly string[] s_targetLabels = ["instance", "job", "namespace", "pod"];

    private static string Files => Path.Combine(HelmBinary.RepositoryRoot(), "charts", "netprofile-operator", "files");

    [Fact]
    public async Task Every_metric_label_and_value_in_an_alert_or_a_panel_is_one_that_a_scrape_has()
    {
        var series = await ScrapeManyStatesAsync();
        var values = series.GroupBy(s => s.Name).ToDictionary(
            g => g.Key, g => g.SelectMany(s => s.Labels).ToLookup(l => l.Key, l => l.Value, StringComparer.Ordinal), StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var (where, expression) in Alerts().Concat(Panels()))
        {
            var query = PromQl.Parse(expression);
            Assert.NotEmpty(query.Selectors);
            foreach (var (metric, matchers) in query.Selectors)
            {
                if (!values.TryGetValue(metric, out var labels))
                {
                    wrong.Add($"{where}: there is no metric {metric}");
                    continue;
                }

                wrong.AddRange(matchers.Where(m => !labels.Contains(m.Label)).Select(m => $"{where}: {metric} has no label {m.Label}"));
                wrong.AddRange(from matcher in matchers from value in matcher.Named where labels.Contains(matcher.Label) && !labels[matcher.Label].Contains(value) select $"{where}: {metric} has never {matcher.Label}=\"{value}\"");
            }

            wrong.AddRange(query.GroupingLabels.Where(l => l != "le" && !s_targetLabels.Contains(l) && !query.Selectors.Any(s => values.GetValueOrDefault(s.Metric)?.Contains(l) ?? false)).Select(l => $"{where}: nothing in it has the label {l}"));
        }

        Assert.Empty(wrong);

        // The guide's table has each of them, and no other.
        var documented = DocumentedMetric().Matches(await File.ReadAllTextAsync(Path.Combine(HelmBinary.RepositoryRoot(), "docs", "guide", "observability.md"), TestContext.Current.CancellationToken))
            .SelectMany(row => Name().Matches(row.Groups["names"].Value).Select(m => m.Value)).ToHashSet(StringComparer.Ordinal);
        var scraped = values.Keys.Where(name => !name.StartsWith("dotnet_", StringComparison.Ordinal)).Select(name => Suffix().Replace(name, "")).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(documented.Order(StringComparer.Ordinal), scraped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("sum by (a, b) (rate(x_total{c=\"d\",e=~\"f|g\"}[5m])) > on (h) y", "x_total y", "c=d e=f e=g", "a b h")]
    [InlineData("x == 1 unless on (p) y{q!=\"r{s}\"} or vector(0)", "x y", "", "p")]
    [InlineData("histogram_quantile(0.99, sum by (le) (rate(x_bucket[$__rate_interval])))", "x_bucket", "", "le")]
    public void The_reader_of_expressions_finds_what_they_ask_for(string expression, string metrics, string named, string grouping)
    {
        var query = PromQl.Parse(expression);

        Assert.Equal(metrics, string.Join(' ', query.Selectors.Select(s => s.Metric)));
        Assert.Equal(named, string.Join(' ', query.Selectors.SelectMany(s => s.Matchers).SelectMany(m => m.Named.Select(value => $"{m.Label}={value}"))));
        Assert.Equal(grouping, string.Join(' ', query.GroupingLabels.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("check", "rules", "files/alerts.yaml")]
    [InlineData("test", "rules", "alerts.test.yaml")]
    public async Task Prometheus_takes_the_alerts_and_fires_them_when_it_should(params string[] arguments)
    {
        var promtool = new[] { Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "promtool"), "/usr/bin/promtool" }.FirstOrDefault(File.Exists);
        Assert.SkipUnless(promtool is not null, "there is no promtool: make browser, or install Debian's prometheus");
        var tests = Path.Combine(HelmBinary.RepositoryRoot(), "tests", "Operator.Scenarios", "Observability", "alerts.test.yaml");
        string[] located = [.. arguments.Select(a => a switch { "files/alerts.yaml" => Path.Combine(Files, "alerts.yaml"), "alerts.test.yaml" => tests, _ => a })];

        var result = await new ProcessRunner(TimeProvider.System).RunAsync(new ProcessSpec { FileName = promtool!, Arguments = located, Timeout = TimeSpan.FromSeconds(30) }, TestContext.Current.CancellationToken);

        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
    }

    [Fact]
    public void Alerts_say_how_bad_what_and_what_to_do()
    {
        var rules = Rules().ToList();

        Assert.Equal(rules.Count, rules.Select(r => (string)r["alert"]!).Distinct().Count());
        Assert.All(rules, rule =>
        {
            Assert.Contains((string?)rule["labels"]!["severity"], new[] { "info", "warning", "critical" });
            Assert.False(string.IsNullOrEmpty((string?)rule["annotations"]!["summary"]));
            Assert.False(string.IsNullOrEmpty((string?)rule["annotations"]!["description"]));
        });
    }

    [Fact]
    public void Panels_have_places_of_their_own_and_take_the_data_source_that_was_chosen()
    {
        var panels = Dashboard()["panels"]!.AsArray().Select(p => p!).ToList();

        Assert.Equal(panels.Count, panels.Select(p => (int)p["id"]!).Distinct().Count());
        Assert.All(panels.Where(p => (string?)p["type"] != "row"), p => Assert.Equal("${datasource}", (string?)p["datasource"]!["uid"]));
        var cells = panels.SelectMany(p => Cells(p["gridPos"]!)).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
    }

    /// <summary>Blocked, cleaning nodes, ready: what some alert waits for is there at one time or another.</summary>
    private static async Task<IReadOnlyList<Sample>> ScrapeManyStatesAsync()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["cilium"]!["version"] = "1.3.0");
        await cluster.ConditionAsync("Accepted", "False", "UnknownVersion");
        var blocked = await Scrape.UntilAsync(@operator.Address, s => s.Has("netprofile_phase", 1, ("phase", "Refused")));
        cluster.ChangeSpec(spec =>
        {
            spec["cilium"]!["version"] = "1.19.5";
            spec["hubble"] = new JsonObject { ["enabled"] = true, ["metrics"] = new JsonArray("no-such-metric") }; // which is a warning
        });
        await cluster.ReadyAsync(2);
        var ready = await Scrape.UntilAsync(@operator.Address, s => s.Has("netprofile_phase", 1, ("phase", "Ready")));
        return [.. blocked.Samples, .. ready.Samples];
    }

    private static IEnumerable<JsonNode> Rules() => YamlReader.ReadObject(File.ReadAllText(Path.Combine(Files, "alerts.yaml")))["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).Select(r => r!);

    private static IEnumerable<(string Where, string Expression)> Alerts() => Rules().Select(r => ($"alert {r["alert"]}", (string)r["expr"]!));

    private static JsonObject Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Files, "dashboard.json")))!.AsObject();

    private static IEnumerable<(string Where, string Expression)> Panels() =>
        from panel in Dashboard()["panels"]!.AsArray()
        from target in panel!["targets"]?.AsArray() ?? []
        select ($"panel {panel["title"]}", (string)target!["expr"]!);

    /// <summary>Of a histogram.</summary>
    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^\| (?<names>`\w+`(, `\w+`)*) \|", RegexOptions.Multiline)]
    private static partial Regex DocumentedMetric();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Name();

    private static IEnumerable<(int X, int Y)> Cells(JsonNode place) =>
        from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!) from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!) select (x, y);
}
