using System.Diagnostics.Metrics;
using NetProfile.Hosting.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>The text of instruments that are made here.</summary>
public sealed class MetricsTextTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");
    private readonly MetricsText _text = new();
    private readonly MeterProvider _provider;

    public MetricsTextTests() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(_text.Reader).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a \"quoted\" word")]
    [InlineData("back\\slash, and a\nnewline")]
    [InlineData("a brace } and a comma, too")]
    public void A_label_comes_back_as_it_was(string value)
    {
        _meter.CreateCounter<long>("things.seen", description: "Says \"what\"\nit \\ counts").Add(2, new KeyValuePair<string, object?>("what.kind", value));

        Assert.Equal(2, Exposition.Parse(_text.Collect(MetricsFormat.OpenMetrics), openMetrics: true)["things_seen_total", ("what_kind", value)]);
        Assert.Equal(2, Exposition.Parse(_text.Collect(MetricsFormat.Prometheus), openMetrics: false)["things_seen_total", ("what_kind", value)]);
    }

    [Fact]
    public void A_histogram_counts_what_lies_below_each_bound()
    {
        var histogram = _meter.CreateHistogram("work.time", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 10] });
        foreach (var value in new[] { 0.1, 0.2, 1, 5, 100 })
        {
            histogram.Record(value);
        }

        var seen = Exposition.Parse(_text.Collect(MetricsFormat.OpenMetrics), openMetrics: true);

        Assert.Equal([2, 3, 4, 5], seen.Families["work_time_seconds"].Samples.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).Select(s => s.Value));
        Assert.Equal(106.3, seen["work_time_seconds_sum"], 9);
        Assert.Equal(3, seen["work_time_seconds_bucket", ("le", "1.0")]);
    }

    [Fact]
    public void What_is_no_longer_observed_is_no_longer_told()
    {
        string[] names = ["one", "two"];
        _meter.CreateObservableGauge("named", () => names.Select(n => new Measurement<int>(1, new KeyValuePair<string, object?>("name", n))));
        Assert.Equal(2, Exposition.Parse(_text.Collect(MetricsFormat.OpenMetrics), openMetrics: true).Samples.Count());

        names = ["two"];

        Assert.Equal("two", Assert.Single(Exposition.Parse(_text.Collect(MetricsFormat.OpenMetrics), openMetrics: true).Samples).Labels["name"]);
    }
}
