using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace NetProfile.Hosting.Telemetry;

internal enum MetricsFormat
{
    /// <summary>text/plain; version=0.0.4</summary>
    Prometheus,

    /// <summary>application/openmetrics-text; version=1.0.0</summary>
    OpenMetrics,
}

/// <summary>
/// One family in text. The formats differ in how a counter's family is named, and in its unit
/// (https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/).
/// </summary>
internal readonly struct MetricWriter(StringBuilder text, MetricsFormat format)
{
    public void Write(Metric metric)
    {
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
            _ => null,
        };
        if (type is null)
        {
            return;
        }

        var name = MetricName.Of(metric);
        var sample = type == "counter" ? $"{name}_total" : name;
        Head(format == MetricsFormat.OpenMetrics ? name : sample, type, metric);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (type == "histogram")
            {
                Histogram(name, point);
            }
            else
            {
                Sample(sample, point.Tags, null, Value(metric.MetricType, point));
            }
        }
    }

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private void Head(string family, string type, Metric metric)
    {
        text.Append("# TYPE ").Append(family).Append(' ').Append(type).Append('\n');
        if (format == MetricsFormat.OpenMetrics && MetricName.Unit(metric.Unit) is { Length: > 0 } unit)
        {
            text.Append("# UNIT ").Append(family).Append(' ').Append(unit).Append('\n');
        }

        if (metric.Description.Length > 0)
        {
            text.Append("# HELP ").Append(family).Append(' ').Append(Escape(metric.Description)).Append('\n');
        }
    }

    private void Histogram(string name, in MetricPoint point)
    {
        long count = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Sample($"{name}_bucket", point.Tags, double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound), count);
        }

        Sample($"{name}_sum", point.Tags, null, point.GetHistogramSum());
        Sample($"{name}_count", point.Tags, null, point.GetHistogramCount());
    }

    private void Sample(string name, ReadOnlyTagCollection tags, string? bound, double value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (key, label) in tags)
        {
            text.Append(separator).Append(MetricName.Of(key, null)).Append("=\"").Append(Escape(Convert.ToString(label, CultureInfo.InvariantCulture) ?? "")).Append('"');
            separator = ',';
        }

        if (bound is not null)
        {
            text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    /// <summary>OpenMetrics wants 1.0 for a bound of 1, so that a bound is one text in both formats.</summary>
    private string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ when format == MetricsFormat.OpenMetrics && double.IsInteger(value) && Math.Abs(value) < 1e15 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
