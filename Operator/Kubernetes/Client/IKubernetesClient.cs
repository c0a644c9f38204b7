using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// The only door to the API server. Every failure is a <see cref="KubernetesException"/> that carries the server's V1Status
/// (or one made up for a transport failure, with Code 0 and Reason <c>ServiceUnavailable</c>). Retries, time limits and rate
/// limiting happen behind this interface; callers see a result or the final error.
/// </summary>
public interface IKubernetesClient
{
    /// <returns>null when the object does not exist.</returns>
    Task<T?> GetAsync<T>(NamespacedName name, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    /// <summary>One page; follow <c>Metadata.Continue</c> or use <c>ListAllAsync</c>.</summary>
    Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    /// <summary>
    /// One watch connection; ends when the server closes it. A 410 is a <see cref="KubernetesException"/>. The first event is a
    /// Bookmark at the version asked for, as soon as the server has accepted the watch: a quiet one may say nothing for a minute.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    /// <summary>Server-side apply: fields that are null in <paramref name="desired"/> are not owned.</summary>
    Task<T> ApplyAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    /// <summary>Server-side apply of the status subresource.</summary>
    Task<T> ApplyStatusAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    Task<T> CreateAsync<T>(T desired, string fieldManager, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    Task<T> PatchAsync<T>(NamespacedName name, V1Patch patch, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    /// <summary>Not found counts as deleted.</summary>
    Task DeleteAsync<T>(NamespacedName name, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>;

    /// <summary>Evicts through the Eviction API, which honours PodDisruptionBudgets (429 when one forbids it).</summary>
    Task EvictAsync(NamespacedName pod, DeleteOptions options, CancellationToken cancellationToken);

    Task<ExecResult> ExecAsync(NamespacedName pod, ExecOptions options, CancellationToken cancellationToken);

    Task<string> GetPodLogAsync(NamespacedName pod, PodLogOptions options, CancellationToken cancellationToken);

    /// <summary>Any request by path (discovery, /version, access reviews, objects of unknown kinds). null when not found.</summary>
    Task<JsonNode?> SendAsync(HttpMethod method, string pathAndQuery, JsonNode? body, string contentType, CancellationToken cancellationToken);
}
