using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>
/// Counts the cluster's pods against CiliumEndpoints, page by page and at most once a minute; the larger the cluster, the more seldom.
/// Only while all agents run and none is amiss: before that the numbers say nothing.
/// </summary>
internal sealed class PodCounter(IKubernetesClient client, TimeProvider clock)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    /// <summary>An agent makes the endpoint before the pod starts, and the object some seconds later.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private PodCensus? _last;
    private DateTimeOffset _countedAt;

    public async Task<PodCensus?> CountAsync(AgentReports agents, IReadOnlyDictionary<string, string>? config, CancellationToken cancellationToken)
    {
        if (config is null || config.GetValueOrDefault("disable-endpoint-crd") == "true" || agents.Agents.Count == 0)
        {
            _last = null;
            return null;
        }

        if (agents.Agents.Any(a => a.Answer is null || !a.Ready))
        {
            return _last is null ? null : _last with { LookAgainAfter = null };
        }

        var now = clock.GetUtcNow();
        if (_last is not null && now - _countedAt < IntervalOf(_last))
        {
            return _last with { LookAgainAfter = _last.Unmanaged.Count > 0 ? _countedAt + IntervalOf(_last) - now : null };
        }

        var starts = agents.Agents.GroupBy(a => a.Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Min(a => a.RunningSince), StringComparer.Ordinal);
        try
        {
            _last = await CountAsync(starts, now, cancellationToken);
        }
        catch (KubernetesException e) when (!e.IsUnreachable)
        {
            // Not allowed, or the pages ended halfway: the rest of the report doesn't depend on this.
            _last = new PodCensus { Pods = 0, Managed = 0, Unmanaged = [], Error = e.Message, LookAgainAfter = s_interval };
        }

        _countedAt = now;
        return _last;
    }

    private async Task<PodCensus> CountAsync(Dictionary<string, DateTimeOffset> agents, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var endpoints = await EndpointsAsync(cancellationToken);
        var (pods, managed, unmanaged, young) = (0, 0, new List<UnmanagedPod>(), false);
        var page = new ListOptions { Limit = 500, FieldSelector = "status.phase!=Succeeded,status.phase!=Failed" };
        while (true)
        {
            var got = await client.ListAsync<V1Pod>(page, cancellationToken);
            foreach (var pod in got.Items.Where(p => p.Spec?.HostNetwork != true && p.Status?.Phase is "Running" or "Pending"))
            {
                pods++;
                if (endpoints.Contains((pod.Metadata.Namespace, pod.Metadata.Name)))
                {
                    managed++;
                }
                else if (pod.Status?.PodIP is { Length: > 0 } && pod.Metadata.DeletionTimestamp is null && agents.TryGetValue(pod.Spec?.NodeName ?? "", out var agentSince))
                {
                    var since = pod.Status.StartTime ?? pod.Metadata.CreationTimestamp ?? now;
                    if (since >= agentSince && now - since < s_patience)
                    {
                        young = true;
                        continue;
                    }

                    unmanaged.Add(new UnmanagedPod($"{pod.Metadata.Namespace}/{pod.Metadata.Name}", pod.Spec!.NodeName!, pod.Metadata.OwnerReferences is null or { Count: 0 }));
                }
            }

            if (string.IsNullOrEmpty(got.Metadata.Continue))
            {
                var census = new PodCensus { Pods = pods, Managed = managed, Unmanaged = [.. unmanaged.OrderBy(p => p.Name, StringComparer.Ordinal)] };
                return young || unmanaged.Count > 0 ? census with { LookAgainAfter = IntervalOf(census) } : census;
            }

            page = page with { Continue = got.Metadata.Continue };
        }
    }

    private async Task<HashSet<(string?, string?)>> EndpointsAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<(string?, string?)>();
        try
        {
            var page = new ListOptions { Limit = 500 };
            while (true)
            {
                var got = await client.ListAsync<V2CiliumEndpoint>(page, cancellationToken);
                names.UnionWith(got.Items.Select(e => (e.Metadata.Namespace, e.Metadata.Name)));
                if (string.IsNullOrEmpty(got.Metadata.Continue))
                {
                    return names;
                }

                page = page with { Continue = got.Metadata.Continue };
            }
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // The Cilium operator makes the definition; until then there is no endpoint.
            return names;
        }
    }

    private static TimeSpan IntervalOf(PodCensus census) => TimeSpan.FromSeconds(Math.Max(s_interval.TotalSeconds, census.Pods / 25.0));
}
