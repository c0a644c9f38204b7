using System.Diagnostics;
using System.Globalization;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>Counts and times every request that passes, and makes a span of those that belong to some work: not of watches and leases.</summary>
internal sealed class RequestHandler(HttpMessageHandler inner, TimeProvider clock, RequestMetrics? metrics) : DelegatingHandler(inner)
{
    /// <summary>The API's word for what is done; a request without one opens a WebSocket.</summary>
    public static readonly HttpRequestOptionsKey<string> Verb = new("verb");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var verb = request.Options.TryGetValue(Verb, out var known) ? known : "connect";
        using var span = Activity.Current is null ? null : Tracing.Source.StartActivity($"{verb} {Resource(request.RequestUri!)}", ActivityKind.Client);
        span?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri!.Host).SetTag("server.port", request.RequestUri.Port).SetTag("url.full", request.RequestUri.AbsoluteUri);
        var began = clock.GetTimestamp();
        var code = RequestMetrics.NoAnswer;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            if (!response.IsSuccessStatusCode && code != "101")
            {
                span?.SetTag("error.type", code);
            }

            return response;
        }
        catch (Exception e)
        {
            span?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            metrics?.Sent(verb, request.Method.Method, request.RequestUri!.Authority, code, clock.GetElapsedTime(began));
        }
    }

    /// <summary><c>/apis/apps/v1/namespaces/default/daemonsets/web/status</c> is daemonsets/status: few names, whatever the cluster holds.</summary>
    internal static string Resource(Uri address)
    {
        var parts = address.AbsolutePath.Trim('/').Split('/');
        var start = parts switch { ["api", ..] => 2, ["apis", ..] => 3, _ => parts.Length };
        if (start >= parts.Length)
        {
            return address.AbsolutePath;
        }

        start += parts.Length > start + 2 && parts[start] == "namespaces" && parts[start + 2] is not ("status" or "finalize") ? 2 : 0;
        return parts.Length > start + 2 ? $"{parts[start]}/{parts[start + 2]}" : parts[start];
    }
}
