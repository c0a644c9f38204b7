using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Operator.Tests.Support;

/// <summary>An API server that answers what the test says, in the place of the network.</summary>
public sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Func<SeenRequest, CancellationToken, Task<HttpResponseMessage>> _respond;

    public ScriptedServer(Func<SeenRequest, CancellationToken, Task<HttpResponseMessage>> respond) => _respond = respond;

    public ScriptedServer(Func<SeenRequest, HttpResponseMessage> respond)
        : this((request, _) => Task.FromResult(respond(request)))
    {
    }

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public KubernetesClient Client(TimeProvider? clock = null, Func<ClientConfiguration, ClientConfiguration>? change = null)
    {
        var configuration = new ClientConfiguration { Servers = [new Uri("https://one.test:6443")] };
        return new KubernetesClient(change?.Invoke(configuration) ?? configuration, clock ?? TimeProvider.System, handlers: () => this);
    }

    public static HttpResponseMessage Json(string body, int code = 200) =>
        new((HttpStatusCode)code) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Version = HttpVersion.Version20 };

    public static HttpResponseMessage Status(int code, string reason, string message = "no", TimeSpan? retryAfter = null)
    {
        var response = Json($$"""{"kind":"Status","status":"Failure","code":{{code}},"reason":"{{reason}}","message":"{{message}}"}""", code);
        response.Headers.RetryAfter = retryAfter is { } after ? new System.Net.Http.Headers.RetryConditionHeaderValue(after) : null;
        return response;
    }

    /// <summary>A watch that says these lines and ends.</summary>
    public static HttpResponseMessage Lines(params string[] lines) => Json(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>A watch whose lines the test writes.</summary>
    public static HttpResponseMessage Stream(PipeReader lines, Version? version = null) =>
        new(HttpStatusCode.OK) { Content = new StreamContent(lines.AsStream()), Version = version ?? HttpVersion.Version20 };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var seen = new SeenRequest(
            request.Method,
            request.RequestUri!,
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken),
            request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value)));
        Requests.Enqueue(seen);
        return await _respond(seen, cancellationToken);
    }
}

public sealed record SeenRequest(HttpMethod Method, Uri Uri, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Path => Uri.AbsolutePath;

    public bool IsWatch => Uri.Query.Contains("watch=true", StringComparison.Ordinal);

    public string? Query(string name) => Uri.Query.TrimStart('?').Split('&')
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair[0] == name)
        .Select(pair => Uri.UnescapeDataString(pair[1]))
        .FirstOrDefault();
}
