using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using NetProfile.Kubernetes.Telemetry;
using Polly;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// Sends requests: rate limit, credentials, one of the servers, time limit, and again when <see cref="RetryRules"/> allow it.
/// Knows nothing of what is in a body.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly ClientConfiguration _configuration;
    private readonly TimeProvider _clock;
    private readonly ApiContact _contact;
    private readonly ConnectionPool _pool;
    private readonly TokenBucket _bucket;
    private readonly ResiliencePipeline<ApiResponse> _retries;
    private int _server;

    public ApiTransport(ClientConfiguration configuration, TimeProvider clock, ApiContact contact, Func<HttpMessageHandler>? handlers, RequestMetrics? metrics = null)
    {
        _configuration = configuration;
        _clock = clock;
        _contact = contact;
        _pool = new ConnectionPool(configuration, clock, handlers, metrics);
        _bucket = new TokenBucket(configuration.QueriesPerSecond, configuration.Burst, clock);
        _retries = RetryRules.Pipeline(clock);
    }

    public ClientConfiguration Configuration => _configuration;

    public ApiContact Contact => _contact;

    /// <returns>Any answer of the server, also an error.</returns>
    /// <exception cref="KubernetesException">No answer.</exception>
    public async Task<ApiResponse> SendAsync(KubernetesRequest request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RetryRules.Request, request);
        try
        {
            return await _retries.ExecuteAsync(static (context, state) => state.Self.AttemptAsync(state.Request, context.CancellationToken), context, (Self: this, Request: request));
        }
        catch (TransportException e)
        {
            throw ApiResponse.Unreachable(e.Message, e.InnerException);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Where and as whom to open a WebSocket; one try, because a command must not run twice.</summary>
    public async Task<(Uri Uri, ClientCredential Credential, HttpMessageInvoker Invoker)> PrepareAsync(KubernetesRequest request, CancellationToken cancellationToken)
    {
        await _bucket.WaitAsync(cancellationToken);
        var credential = await IdentifyAsync(cancellationToken);
        return (Address(_configuration.Servers[Volatile.Read(ref _server)], request), credential, _pool.For(credential.Certificate));
    }

    public void Dispose() => _pool.Dispose();

    public void AddIdentity(ClientCredential credential, Action<string, string> header)
    {
        if (credential.Authorization is { } authorization)
        {
            header("Authorization", authorization.ToString());
        }

        if (_configuration.Impersonate is not { } person)
        {
            return;
        }

        header("Impersonate-User", person.User);
        if (person.Uid is not null)
        {
            header("Impersonate-Uid", person.Uid);
        }

        foreach (var group in person.Groups)
        {
            header("Impersonate-Group", group);
        }

        foreach (var (key, values) in person.Extra)
        {
            foreach (var value in values)
            {
                header($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
            }
        }
    }

    private async ValueTask<ApiResponse> AttemptAsync(KubernetesRequest request, CancellationToken cancellationToken)
    {
        if (!request.Unthrottled)
        {
            await _bucket.WaitAsync(cancellationToken);
        }

        var credential = await IdentifyAsync(cancellationToken);
        var server = Volatile.Read(ref _server);
        var limit = request.Slow ? _configuration.RequestTimeout * 2 : _configuration.RequestTimeout;
        using var timeout = new CancellationTokenSource(limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var response = await SendOnceAsync(request, credential, _configuration.Servers[server], either.Token);
            return Judge(request, response, credential);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fail(server, new TransportException($"{_configuration.Servers[server].Authority} did not answer in {limit.TotalSeconds:0} s", mayHaveArrived: true, e));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or CryptographicException or KubeConfigException)
        {
            throw Fail(server, TransportException.From(_configuration.Servers[server], e));
        }
    }

    private async ValueTask<ClientCredential> IdentifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _configuration.Credentials.GetAsync(cancellationToken);
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            _contact.Failed(e.Message);
            throw ApiResponse.Unreachable($"no credentials: {e.Message}", e);
        }
    }

    private async Task<ApiResponse> SendOnceAsync(KubernetesRequest request, ClientCredential credential, Uri server, CancellationToken cancellationToken)
    {
        using var message = Message(request, credential, server);
        var response = await _pool.For(credential.Certificate).SendAsync(message, cancellationToken);
        try
        {
            var code = (int)response.StatusCode;
            if (request.Streaming && response.IsSuccessStatusCode)
            {
                return new ApiResponse(code, default, null, response);
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = new ApiResponse(code, body, RetryAfter(response.Headers.RetryAfter), null);
            response.Dispose();
            return answer;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private ApiResponse Judge(KubernetesRequest request, ApiResponse response, ClientCredential credential)
    {
        if (response.Code is 502 or 503 or 504)
        {
            _contact.Failed($"the server answered {response.Code}");
        }
        else
        {
            _contact.Answered();
        }

        if (response.Code == 429 && request.RetryTooManyRequests && response.RetryAfter is { } pause)
        {
            _bucket.PauseFor(pause > RetryRules.LongestPause ? RetryRules.LongestPause : pause);
        }

        // A credential that was refused is asked for anew, and the request goes again with the new one.
        return response.Code == 401 && _configuration.Credentials.Invalidate(credential) ? response with { RetryAfter = TimeSpan.Zero } : response;
    }

    private TransportException Fail(int server, TransportException failure)
    {
        _contact.Failed(failure.Message);
        Interlocked.CompareExchange(ref _server, (server + 1) % _configuration.Servers.Count, server);
        return failure;
    }

    private HttpRequestMessage Message(KubernetesRequest request, ClientCredential credential, Uri server)
    {
        var message = new HttpRequestMessage(request.Method, Address(server, request))
        {
            // HTTP/2 is negotiated by TLS; a plain-text server gets HTTP/1.1.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (request.ContentType is not null)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        message.Options.Set(RequestHandler.Verb, request.Verb);
        message.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(request.Accept));
        message.Headers.TryAddWithoutValidation("User-Agent", _configuration.UserAgent);
        if (_configuration.TlsServerName is { } name)
        {
            // The handler takes the name for SNI and for the certificate from here.
            message.Headers.Host = name;
        }

        AddIdentity(credential, (key, value) => message.Headers.TryAddWithoutValidation(key, value));
        return message;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - _clock.GetUtcNow()).Ticks)) : null);

    private static Uri Address(Uri server, KubernetesRequest request) => new(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + request.PathAndQuery);
}
