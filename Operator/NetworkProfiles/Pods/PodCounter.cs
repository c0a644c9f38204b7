using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>
/// Counts the cluster's pods against CiliumEndpoints, by their names while that is enough, and no more often than asked; the larger the cluster, the more
/// seldom. Only while all agents of nodes that are up run and none is amiss: before that the numbers say nothing.
/// </summary>
internal sealed partial class PodCounter(IKubernetesClient client, TimeProvider clock)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    /// <summary>An agent makes the endpoint before the pod starts, and the object some seconds later.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>So many pods without an endpoint are looked at one by one; for more all are read in pages.</summary>
    private const int MostSingly = 20;

    /// <summary>A pod that isn't ready by then has other reasons than having been moved.</summary>
    private static readonly TimeSpan s_startsWithin = TimeSpan.FromMinutes(5);

    private readonly PodNames _names = new(client);

    private PodCensus? _last;
    private DateTimeOffset _countedAt;

    /// <summary>What was counted is no longer so: the next look counts again.</summary>
    public void Forget() => _countedAt = DateTimeOffset.MinValue;

    /// <param name="agents">What the agents say.</param>
    /// <param name="config">cilium-config; null when there is none.</param>
    /// <param name="nodes">Of which those that are down are left out.</param>
    /// <param name="pace">How often to count while pods are being moved; null when they aren't.</param>
    /// <param name="whereReady">Agents that aren't ready are left out with their nodes, and not waited for: one after the other is restarted.</param>
    /// <param name="cancellationToken">Ends it between or within pages.</param>
    public async Task<PodCensus?> CountAsync(
        AgentReports agents, IReadOnlyDictionary<string, string>? config, IReadOnlyCollection<V1Node> nodes, TimeSpan? pace, bool whereReady, CancellationToken cancellationToken)
    {
        var down = nodes.Where(n => n.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) != true).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        var live = agents.Agents.Where(a => !down.Contains(a.Node) && (!whereReady || a is { Ready: true, Answer: not null })).ToList();
        if (config is null || config.GetValueOrDefault("disable-endpoint-crd") == "true" || live.Count == 0)
        {
            _last = null;
            return null;
        }

        if (live.Any(a => a.Answer is null || !a.Ready))
        {
            return _last is null ? null : _last with { LookAgainAfter = null };
        }

        var now = clock.GetUtcNow();
        if (_last is null || now - _countedAt >= IntervalOf(_last, pace))
        {
            var starts = live.GroupBy(a => a.Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Min(a => a.RunningSince), StringComparer.Ordinal);
            try
            {
                // What may move next shows in whole pods only; once all are managed, nothing does.
                var steady = !whereReady && (_last is { IsAllManaged: true } || (_last is null && pace is null));
                _last = (steady ? await AllManagedAsync(starts, cancellationToken) : null) ?? await CountAsync(starts, now, cancellationToken);
            }
            catch (KubernetesException e) when (!e.IsUnreachable)
            {
                // Not allowed, or the pages ended halfway: the rest of the report doesn't depend on this.
                _last = new PodCensus { Pods = 0, Managed = 0, Unmanaged = [], Error = e.Message, LookAgainAfter = s_interval };
            }

            _countedAt = now;
        }

        return _last with { LookAgainAfter = _last.LookAgainAfter is null ? null : Later(_countedAt + IntervalOf(_last, pace) - now, TimeSpan.FromMilliseconds(100)) };
    }

    /// <summary>The cheap way, which is enough for as long as every pod with an address has it from Cilium; null when one hasn't.</summary>
    private async Task<PodCensus?> AllManagedAsync(Dictionary<string, DateTimeOffset> agents, CancellationToken cancellationToken)
    {
        if (await _names.PodsAsync(cancellationToken) is not { } pods)
        {
            return null;
        }

        var others = pods.Except(await _names.EndpointsAsync(cancellationToken)).ToList();
        if (others.Count > MostSingly)
        {
            return null;
        }

        var looked = await Task.WhenAll(others.Select(name => client.GetAsync<V1Pod>(name, cancellationToken)));
        return looked.OfType<V1Pod>().Any(pod => pod.Status?.PodIP is { Length: > 0 } && agents.ContainsKey(pod.Spec?.NodeName ?? ""))
            ? null
            : new PodCensus { Pods = pods.Count - looked.Count(pod => pod is null), Managed = pods.Count - others.Count, Unmanaged = [] };
    }

    private async Task<PodCensus> CountAsync(Dictionary<string, DateTimeOffset> agents, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var endpoints = await _names.EndpointsAsync(cancellationToken);
        var (managed, young) = (0, 0);
        var pods = new List<WorkloadPod>();
        await foreach (var pod in client.PagesAsync<V1Pod>(new ListOptions { FieldSelector = PodNames.Alive }, cancellationToken))
        {
            if (pod.Spec?.HostNetwork == true || pod.Status?.Phase is not ("Running" or "Pending"))
            {
                continue;
            }

            var hasEndpoint = endpoints.Contains(new(pod.Metadata.Namespace, pod.Metadata.Name!));
            managed += hasEndpoint ? 1 : 0;
            var isLive = agents.TryGetValue(pod.Spec?.NodeName ?? "", out var agentSince);
            var since = pod.Status.StartTime ?? pod.Metadata.CreationTimestamp ?? now;
            var isForeign = !hasEndpoint && isLive && pod.Status.PodIP is { Length: > 0 };
            var isYoung = isForeign && since >= agentSince && now - since < s_patience;
            young += isYoung ? 1 : 0;
            var slim = WorkloadPod.Of(pod, isForeign && !isYoung, isLive);
            pods.Add(slim);
        }

        var census = await CensusAsync(pods, now, cancellationToken);
        return census with { Managed = managed, Nodes = agents.Keys.ToHashSet(StringComparer.Ordinal), Young = young, LookAgainAfter = young > 0 || census.Unmanaged.Count > 0 ? s_interval : null };
    }

    /// <summary>Jobs start pods all the time, and those say nothing of what is moved.</summary>
    private static bool IsInFlight(WorkloadPod pod, DateTimeOffset now) => pod switch
    {
        { Owner.Kind: "Job" } => false,
        { GoneBy: { } goneBy } => now - goneBy < s_patience,
        _ => !pod.IsReady && now - pod.Created < s_startsWithin,
    };

    /// <summary>A pod that was taken away and not yet made again shows in its owner only.</summary>
    private async Task<Dictionary<PodOwner, int>> DesiredAsync(HashSet<PodOwner> owners, CancellationToken cancellationToken)
    {
        var desired = new Dictionary<PodOwner, int>();
        void Add(string kind, string? ns, string? name, int? count)
        {
            var owner = new PodOwner(kind, ns ?? "", name ?? "");
            if (owners.Contains(owner))
            {
                desired[owner] = count ?? 1;
            }
        }

        if (owners.Any(o => o.Kind == PodOwner.Deployment))
        {
            await foreach (var d in client.PagesAsync<V1Deployment>(new ListOptions(), cancellationToken))
            {
                Add(PodOwner.Deployment, d.Metadata.Namespace, d.Metadata.Name, d.Spec?.Replicas);
            }
        }

        if (owners.Any(o => o.Kind == PodOwner.StatefulSet))
        {
            await foreach (var s in client.PagesAsync<V1StatefulSet>(new ListOptions(), cancellationToken))
            {
                Add(PodOwner.StatefulSet, s.Metadata.Namespace, s.Metadata.Name, s.Spec?.Replicas);
            }
        }

        if (owners.Any(o => o.Kind == PodOwner.DaemonSet))
        {
            await foreach (var d in client.PagesAsync<V1DaemonSet>(new ListOptions(), cancellationToken))
            {
                Add(PodOwner.DaemonSet, d.Metadata.Namespace, d.Metadata.Name, d.Status?.DesiredNumberScheduled ?? 0);
            }
        }

        return desired;
    }

    private static TimeSpan IntervalOf(PodCensus census, TimeSpan? pace) => pace is { } moving && (census.Young > 0 || census.Unmanaged.Any(p => p.Owner is not null))
        ? Later(moving, TimeSpan.FromSeconds(census.Pods / 500.0))
        : Later(s_interval, TimeSpan.FromSeconds(census.Pods / 25.0));

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
