using System.Text;
using Microsoft.Net.Http.Headers;

namespace NetProfile.Hosting.Telemetry;

/// <summary><c>/metrics</c>: OpenMetrics for those who ask for it, Prometheus's older text for all others.</summary>
internal static class MetricsEndpoint
{
    private const string OpenMetrics = "application/openmetrics-text";

    public static void Map(WebApplication app) => app.MapGet("/metrics", (HttpRequest request, MetricsText metrics) => AcceptsOpenMetrics(request)
        ? Text(metrics.Collect(MetricsFormat.OpenMetrics), $"{OpenMetrics}; version=1.0.0; charset=utf-8")
        : Text(metrics.Collect(MetricsFormat.Prometheus), "text/plain; version=0.0.4; charset=utf-8"));

    /// <summary>Results.Text would write the charset in its own way.</summary>
    private static IResult Text(string text, string contentType) => Results.Bytes(Encoding.UTF8.GetBytes(text), contentType);

    private static bool AcceptsOpenMetrics(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) && accepted.Any(type => type.MediaType == OpenMetrics && type.Quality is not 0);
}
