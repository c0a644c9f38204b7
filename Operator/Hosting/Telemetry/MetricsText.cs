using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace NetProfile.Hosting.Telemetry;

/// <summary>All metrics as text, collected when it is asked for. The packages that do this for OpenTelemetry are prereleases of another registry.</summary>
internal sealed class MetricsText : BaseExporter<Metric>
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private MetricsFormat _format;

    public MetricsText() => Reader = new BaseExportingMetricReader(this);

    public MetricReader Reader { get; }

    public string Collect(MetricsFormat format)
    {
        lock (_lock)
        {
            _format = format;
            _text.Clear();
            Reader.Collect();
            return format == MetricsFormat.OpenMetrics ? _text.Append("# EOF\n").ToString() : _text.ToString();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        lock (_lock)
        {
            var metrics = new List<Metric>();
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            foreach (var metric in metrics.OrderBy(MetricName.Of, StringComparer.Ordinal))
            {
                new MetricWriter(_text, _format).Write(metric);
            }

            return ExportResult.Success;
        }
    }
}
