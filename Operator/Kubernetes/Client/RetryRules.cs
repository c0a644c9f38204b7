using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// When a request may go again. A server that refused (429, or 503 with Retry-After) did nothing, so anything may; a request that
/// never left (no connection) may as well; one that may have arrived goes again only if doing it twice is doing it once.
/// </summary>
internal static class RetryRules
{
    public static readonly ResiliencePropertyKey<KubernetesRequest> Request = new("request");

    /// <summary>A server that asks for more patience than this is told to the caller, who has a queue to wait in.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private const int MostAttempts = 4;

    public static ResiliencePipeline<ApiResponse> Pipeline(TimeProvider clock) =>
        new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<ApiResponse>
            {
                MaxRetryAttempts = MostAttempts,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(5),
                UseJitter = true,
                ShouldHandle = arguments => new ValueTask<bool>(MayGoAgain(arguments.Context.Properties.GetValue(Request, null!), arguments.Outcome, arguments.AttemptNumber)),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(arguments.Outcome.Result?.RetryAfter),
            })
            .Build();

    public static bool MayGoAgain(KubernetesRequest request, Outcome<ApiResponse> outcome, int attempt) => outcome switch
    {
        { Exception: TransportException failure } => failure.IsTransient && (request.Idempotent || !failure.MayHaveArrived),
        { Result: { } response } => MayGoAgain(request, response, attempt),
        _ => false,
    };

    private static bool MayGoAgain(KubernetesRequest request, ApiResponse response, int attempt) => response.Code switch
    {
        _ when response.RetryAfter > LongestPause => false,
        401 => attempt == 0 && response.RetryAfter == TimeSpan.Zero,
        429 => request.RetryTooManyRequests,
        503 => request.Idempotent || response.RetryAfter is not null,
        500 or 504 => request.Idempotent && response.RetryAfter is not null,
        502 => request.Idempotent,
        _ => false,
    };
}

/// <summary>No answer came. <see cref="MayHaveArrived"/> is false when the connection was never made.</summary>
internal sealed class TransportException(string message, bool mayHaveArrived, Exception inner) : Exception(message, inner)
{
    public bool MayHaveArrived { get; } = mayHaveArrived;

    /// <summary>A certificate that is not trusted now will not be trusted in a second.</summary>
    public bool IsTransient { get; init; } = true;

    public static TransportException From(Uri server, Exception e)
    {
        var notSent = e is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
        var cause = Causes(e).FirstOrDefault(inner => inner is SocketException or AuthenticationException) ?? Causes(e).Last();
        return new TransportException($"{server.Authority} cannot be reached: {cause.Message.TrimEnd('.')}", !notSent, e)
        {
            IsTransient = cause is not (AuthenticationException or CryptographicException or KubeConfigException),
        };
    }

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
