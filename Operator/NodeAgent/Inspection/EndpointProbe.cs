using System.Net;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NodeAgent.Inspection;

/// <summary>Whether an API server answers from here. Its own seam, so that the simulated cluster can answer in its place.</summary>
public interface IEndpointProbe
{
    Task<EndpointFacts> ProbeAsync(string endpoint, CancellationToken cancellationToken);
}

/// <summary>
/// One HTTPS request. Any HTTP answer counts: a 401 shows a living server as well as a 200 does. Nothing secret is sent, so the
/// certificate isn't judged here.
/// </summary>
public sealed class EndpointProbe(TimeProvider clock) : IEndpointProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public async Task<EndpointFacts> ProbeAsync(string endpoint, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate($"https://{endpoint}/livez", UriKind.Absolute, out var uri) || uri.Authority.Length == 0)
        {
            return new EndpointFacts { Endpoint = endpoint, Reachable = false, Message = "not a host:port" };
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        var started = clock.GetTimestamp();
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Timeout, AllowAutoRedirect = false };
#pragma warning disable CA5359 // Nothing is sent: the question is whether a server answers there at all.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            using var http = new HttpClient(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, uri) { VersionPolicy = HttpVersionPolicy.RequestVersionOrLower, Version = HttpVersion.Version20 };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new EndpointFacts { Endpoint = endpoint, Reachable = true, Milliseconds = (int)clock.GetElapsedTime(started).TotalMilliseconds };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EndpointFacts { Endpoint = endpoint, Reachable = false, Message = $"no answer within {Timeout.TotalSeconds:0} s" };
        }
        catch (HttpRequestException exception)
        {
            return new EndpointFacts { Endpoint = endpoint, Reachable = false, Message = exception.InnerException?.Message ?? exception.Message };
        }
    }
}
