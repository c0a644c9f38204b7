using System.Net;
using System.Net.WebSockets;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

public sealed partial class KubernetesClient
{
    /// <summary>Runs once: an exec is never tried again here, because nobody knows whether the first one ran.</summary>
    /// <exception cref="KubernetesException">Not started, cut off, or not done in time (Reason <c>Timeout</c>).</exception>
    public async Task<ExecResult> ExecAsync(NamespacedName pod, ExecOptions options, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var socket = await ConnectAsync(KubernetesRequest.Exec(pod, options), either.Token);
            return await new ExecSession(socket).RunAsync(options.StandardInput, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var message = $"'{string.Join(' ', options.Command)}' in {pod} was not done in {options.Timeout.TotalSeconds:0} s";
            throw new KubernetesException(new V1Status { Status = "Failure", Code = 504, Reason = "Timeout", Message = message }, e);
        }
        catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ApiResponse.Unreachable($"the exec in {pod} broke off: {e.Message}", e);
        }
    }

    private async Task<ClientWebSocket> ConnectAsync(KubernetesRequest request, CancellationToken cancellationToken)
    {
        var (uri, credential, invoker) = await _transport.PrepareAsync(request, cancellationToken);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(ExecSession.V5);
            socket.Options.AddSubProtocol(ExecSession.V4);
            socket.Options.HttpVersion = HttpVersion.Version11;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            socket.Options.SetRequestHeader("User-Agent", Configuration.UserAgent);
            if (Configuration.TlsServerName is { } name)
            {
                socket.Options.SetRequestHeader("Host", name);
            }

            // A header may come several times (groups); the options join none, so they are joined here as HTTP allows.
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            _transport.AddIdentity(credential, (key, value) => headers[key] = headers.TryGetValue(key, out var first) ? $"{first},{value}" : value);
            foreach (var (key, value) in headers)
            {
                socket.Options.SetRequestHeader(key, value);
            }

            await socket.ConnectAsync(new UriBuilder(uri) { Scheme = uri.Scheme == "https" ? "wss" : "ws" }.Uri, invoker, cancellationToken);
            return socket;
        }
        catch (WebSocketException e)
        {
            var code = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw code is 0 or 101
                ? ApiResponse.Unreachable($"no exec connection to {uri.Authority}: {e.InnerException?.Message ?? e.Message}", e)
                : new ApiResponse(code, default, null, null).ToException();
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
