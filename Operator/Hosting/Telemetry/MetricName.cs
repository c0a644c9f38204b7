using System.Text;
using OpenTelemetry.Metrics;

namespace NetProfile.Hosting.Telemetry;

/// <summary>
/// A family's name by OpenTelemetry's rules for Prometheus: dots become underscores, the unit is spelt out and stands at the
/// end (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
/// </summary>
internal static class MetricName
{
    public static string Of(Metric metric) => Of(metric.Name, metric.Unit);

    internal static string Of(string name, string? unit)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            clean.Append(char.IsAsciiLetterOrDigit(character) || character == ':' ? character : '_');
        }

        var suffix = Unit(unit);
        return suffix.Length == 0 || clean.ToString().EndsWith($"_{suffix}", StringComparison.Ordinal) ? clean.ToString() : clean.Append('_').Append(suffix).ToString();
    }

    /// <summary>Words in braces say what is counted, and are no unit.</summary>
    public static string Unit(string? unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        _ => "",
    };
}
