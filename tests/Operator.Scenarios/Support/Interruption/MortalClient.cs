using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Operator.Scenarios.Support.Interruption;

/// <summary>Every write is an effect, but for dry runs, reviews, Leases and events.</summary>
internal sealed class MortalClient(IKubernetesClient inner, Life life, string who) : IKubernetesClient
{
    public Task<T?> GetAsync<T>(NamespacedName name, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => Beside<T>(() => inner.GetAsync<T>(name, cancellationToken));

    public Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => Read(() => inner.ListAsync<T>(options, cancellationToken));

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        life.ThrowIfOver();
        return inner.WatchAsync<T>(options, cancellationToken);
    }

    public Task<T> ApplyAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> =>
        options.DryRun ? Read(() => inner.ApplyAsync(desired, options, cancellationToken)) : Write<T, T>("apply", desired.Metadata.Name, () => inner.ApplyAsync(desired, options, cancellationToken));

    public Task<T> ApplyStatusAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => Write<T, T>("apply status", desired.Metadata.Name, () => inner.ApplyStatusAsync(desired, options, cancellationToken));

    public Task<T> CreateAsync<T>(T desired, string fieldManager, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => Write<T, T>("create", desired.Metadata.Name, () => inner.CreateAsync(desired, fieldManager, cancellationToken));

    public Task<T> PatchAsync<T>(NamespacedName name, V1Patch patch, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => Write<T, T>("patch", name.Name, () => inner.PatchAsync<T>(name, patch, cancellationToken));

    public Task DeleteAsync<T>(NamespacedName name, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> =>
        Write<T, bool>("delete", name.Name, async () =>
        {
            await inner.DeleteAsync<T>(name, options, cancellationToken);
            return true;
        });

    public Task EvictAsync(NamespacedName pod, DeleteOptions options, CancellationToken cancellationToken) =>
        life.ActAsync(Text("evict Pod", pod.Name), async () =>
        {
            await inner.EvictAsync(pod, options, cancellationToken);
            return true;
        });

    public Task<ExecResult> ExecAsync(NamespacedName pod, ExecOptions options, CancellationToken cancellationToken) => Read(() => inner.ExecAsync(pod, options, cancellationToken));

    public Task<string> GetPodLogAsync(NamespacedName pod, PodLogOptions options, CancellationToken cancellationToken) => Read(() => inner.GetPodLogAsync(pod, options, cancellationToken));

    public Task<JsonNode?> SendAsync(HttpMethod method, string pathAndQuery, JsonNode? body, string contentType, CancellationToken cancellationToken)
    {
        Task<JsonNode?> Send() => inner.SendAsync(method, pathAndQuery, body, contentType, cancellationToken);
        var reads = method == HttpMethod.Get || pathAndQuery.Contains("dryRun=", StringComparison.Ordinal) || pathAndQuery.Contains("reviews", StringComparison.Ordinal);
        return reads ? Read(Send) : life.ActAsync(Text(method.Method.ToLowerInvariant(), pathAndQuery.Split('?')[0]), Send);
    }

    /// <summary>The Lease outlives a life only so that the next one need not wait for it to run out.</summary>
    private Task<R> Beside<T, R>(Func<Task<R>> read)
        where T : class, IKubernetesEntity<T> => T.Entity.Kind == "Lease" ? read() : Read(read);

    private Task<T?> Beside<T>(Func<Task<T?>> read)
        where T : class, IKubernetesEntity<T> => Beside<T, T?>(read);

    private Task<R> Read<R>(Func<Task<R>> read)
    {
        life.ThrowIfOver();
        return read();
    }

    private Task<R> Write<T, R>(string verb, string? name, Func<Task<R>> write)
        where T : class, IKubernetesEntity<T> => T.Entity.Kind switch
        {
            "Lease" => write(),
            "Event" => Read(write),
            var kind => life.ActAsync(Text($"{verb} {kind}", name), write),
        };

    private string Text(string what, string? name) => who.Length == 0 ? $"{what} {name}" : $"{who}: {what} {name}";
}
