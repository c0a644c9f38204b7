using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Telemetry;

namespace NetProfile.Kubernetes.Client;

/// <inheritdoc cref="IKubernetesClient"/>
public sealed partial class KubernetesClient : IKubernetesClient, IDisposable
{
    private readonly ApiTransport _transport;
    private readonly TimeProvider _clock;

    /// <param name="configuration">Where the server is and who we are.</param>
    /// <param name="clock">For every delay, time limit and expiry.</param>
    /// <param name="contact">Told of every answer and of every failure to get one.</param>
    /// <param name="handlers">Replaces the network, in tests.</param>
    /// <param name="metrics">Told of every request.</param>
    public KubernetesClient(ClientConfiguration configuration, TimeProvider clock, ApiContact? contact = null, Func<HttpMessageHandler>? handlers = null, KubernetesMetrics? metrics = null)
    {
        _clock = clock;
        _transport = new ApiTransport(configuration, clock, contact ?? new ApiContact(clock), handlers, metrics?.Requests);
    }

    public ClientConfiguration Configuration => _transport.Configuration;

    public async Task<T?> GetAsync<T>(NamespacedName name, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var response = await _transport.SendAsync(KubernetesRequest.Get(T.Entity, name), cancellationToken);
        return response.Code == 404 ? null : Read<T>(response);
    }

    public async Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var response = await _transport.SendAsync(KubernetesRequest.List(T.Entity, options), cancellationToken);
        return response.IsSuccess ? ObjectReader.ReadList<T>(response.Body) : throw response.ToException();
    }

    public async Task<T> ApplyAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> =>
        Read<T>(await _transport.SendAsync(KubernetesRequest.Apply(desired, options, null), cancellationToken));

    public async Task<T> ApplyStatusAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> =>
        Read<T>(await _transport.SendAsync(KubernetesRequest.Apply(desired, options, "status"), cancellationToken));

    public async Task<T> CreateAsync<T>(T desired, string fieldManager, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> =>
        Read<T>(await _transport.SendAsync(KubernetesRequest.Create(desired, fieldManager), cancellationToken));

    public async Task<T> PatchAsync<T>(NamespacedName name, V1Patch patch, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var response = await _transport.SendAsync(KubernetesRequest.Patch(T.Entity, name, patch), cancellationToken);
        if (response.IsSuccess && patch.Subresource == "scale")
        {
            // The answer is an autoscaling/v1 Scale; the caller asked for the object.
            return await GetAsync<T>(name, cancellationToken) ?? throw new KubernetesException(new V1Status { Code = 404, Reason = "NotFound", Message = $"{T.Entity.Kind} {name} is gone" });
        }

        return Read<T>(response);
    }

    public async Task DeleteAsync<T>(NamespacedName name, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var response = await _transport.SendAsync(KubernetesRequest.Delete(T.Entity, name, options), cancellationToken);
        if (!response.IsSuccess && response.Code != 404)
        {
            throw response.ToException();
        }
    }

    public async Task EvictAsync(NamespacedName pod, DeleteOptions options, CancellationToken cancellationToken)
    {
        var response = await _transport.SendAsync(KubernetesRequest.Evict(pod, options), cancellationToken);
        if (!response.IsSuccess && response.Code != 404)
        {
            throw response.ToException();
        }
    }

    public async Task<string> GetPodLogAsync(NamespacedName pod, PodLogOptions options, CancellationToken cancellationToken)
    {
        var response = await _transport.SendAsync(KubernetesRequest.Log(pod, options), cancellationToken);
        return response.IsSuccess ? Encoding.UTF8.GetString(response.Body.Span) : throw response.ToException();
    }

    public async Task<JsonNode?> SendAsync(HttpMethod method, string pathAndQuery, JsonNode? body, string contentType, CancellationToken cancellationToken)
    {
        var response = await _transport.SendAsync(KubernetesRequest.Raw(method, pathAndQuery, body, contentType), cancellationToken);
        return response switch
        {
            { Code: 404 } => null,
            { IsSuccess: true } => ApiResponse.Parse(response.Body),
            _ => throw response.ToException(),
        };
    }

    public void Dispose() => _transport.Dispose();

    private static T Read<T>(ApiResponse response)
        where T : class, IKubernetesEntity<T>
    {
        if (!response.IsSuccess)
        {
            throw response.ToException();
        }

        try
        {
            return JsonSerializer.Deserialize(response.Body.Span, T.JsonTypeInfo) ?? throw new JsonException("the answer is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or InvalidOperationException)
        {
            throw ApiResponse.Unreadable(T.Entity.Kind, e);
        }
    }
}
