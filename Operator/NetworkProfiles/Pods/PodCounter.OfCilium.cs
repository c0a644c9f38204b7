using System.Net;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Pods;

/// <param name="Census">Pods that have to be made anew stand where the unmanaged ones do.</param>
/// <param name="WithoutAddress">Have none yet.</param>
/// <param name="CutOff">How many of those to be made anew have an address of the old network and no way to it.</param>
internal sealed record PodsToReturn(PodCensus Census, IReadOnlyList<WorkloadPod> WithoutAddress, int CutOff);

/// <summary>The same in the other direction: on the way back to the old network it is Cilium's pods that are to be moved.</summary>
internal sealed partial class PodCounter
{
    /// <param name="nodes">Of which those that are down are left out.</param>
    /// <param name="effective">What pod networks Cilium had.</param>
    /// <param name="oldCidrs">The old network's.</param>
    /// <param name="carriers">The old network's DaemonSets, when nodes may have been cleaned under living pods: those that are older than its pod on their node are cut off. Empty otherwise.</param>
    /// <param name="cancellationToken">Ends it between or within pages.</param>
    /// <returns>Pods of Cilium's network, and those that are cut off, in the place of the unmanaged ones; and those that have no address yet.</returns>
    public async Task<PodsToReturn> CountOfCiliumAsync(
        IReadOnlyCollection<V1Node> nodes, EffectiveStatus? effective, IReadOnlyList<string> oldCidrs, IReadOnlyCollection<PodOwner> carriers, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var live = nodes.Where(n => n.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "Unknown" }) != true).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        var ciliums = Networks([.. effective?.Ipv4PodCIDRs ?? [], .. effective?.Ipv6PodCIDRs ?? []]);
        var olds = Networks(oldCidrs);
        try
        {
            var endpoints = await EndpointUidsAsync(cancellationToken);
            var (pods, waiting, old) = (new List<WorkloadPod>(), new List<WorkloadPod>(), new HashSet<string>(StringComparer.Ordinal));
            var carried = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
            await foreach (var pod in RunningAsync(cancellationToken))
            {
                if (pod.Spec?.HostNetwork == true)
                {
                    if (PodOwner.Of(pod.Metadata) is { } owner && carriers.Contains(owner) && pod.Metadata is { CreationTimestamp: { } since, DeletionTimestamp: null })
                    {
                        carried[pod.Spec.NodeName ?? ""] = since;
                    }

                    continue;
                }

                var isLive = live.Contains(pod.Spec?.NodeName ?? "");
                var address = IPAddress.TryParse(pod.Status?.PodIP, out var ip) ? ip : null;
                var isCiliums = address is not null && (endpoints.Contains(pod.Metadata.Uid ?? "") || (ciliums.Any(n => n.Contains(address)) && !olds.Any(n => n.Contains(address))));
                var slim = WorkloadPod.Of(pod, isCiliums && isLive, isLive);
                pods.Add(slim);
                if (isLive && address is null)
                {
                    waiting.Add(slim);
                }
                else if (isLive && !isCiliums)
                {
                    old.Add(slim.Uid);
                }
            }

            // Times of the API server have seconds: one too many is made anew rather than one too few.
            var cutOff = pods.Where(p => old.Contains(p.Uid) && carried.TryGetValue(p.Node, out var since) && p.Created <= since).Select(p => p.Uid).ToHashSet(StringComparer.Ordinal);
            return new PodsToReturn(await CensusAsync([.. pods.Select(p => cutOff.Contains(p.Uid) ? p with { IsUnmanaged = true } : p)], now, cancellationToken), waiting, cutOff.Count);
        }
        catch (KubernetesException e) when (!e.IsUnreachable)
        {
            return new PodsToReturn(new PodCensus { Pods = 0, Managed = 0, Unmanaged = [], Error = e.Message, LookAgainAfter = s_interval }, [], 0);
        }
    }

    /// <summary>Whether any pod has an address of these.</summary>
    public async Task<bool> LiveInAsync(IReadOnlyList<string> cidrs, CancellationToken cancellationToken)
    {
        var networks = Networks(cidrs);
        await foreach (var pod in RunningAsync(cancellationToken))
        {
            if (pod.Spec?.HostNetwork != true && IPAddress.TryParse(pod.Status?.PodIP, out var address) && networks.Exists(n => n.Contains(address)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All pods that run or are about to.</summary>
    public async IAsyncEnumerable<V1Pod> RunningAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var pod in client.PagesAsync<V1Pod>(new ListOptions { FieldSelector = "status.phase!=Succeeded,status.phase!=Failed" }, cancellationToken))
        {
            if (pod.Status?.Phase is "Running" or "Pending")
            {
                yield return pod;
            }
        }
    }

    private async Task<PodCensus> CensusAsync(List<WorkloadPod> pods, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var moving = pods.Where(p => p.IsUnmanaged).OrderBy(p => p.FullName, StringComparer.Ordinal).ToList();
        var owners = moving.Select(p => p.Owner).OfType<PodOwner>().ToHashSet();
        var others = moving.Count == 0 ? [] : pods.Where(p => !p.IsUnmanaged && (p.IsDns || (p.Owner is not null && owners.Contains(p.Owner)))).ToList();
        return new PodCensus
        {
            Pods = pods.Count,
            Managed = pods.Count - moving.Count,
            At = now,
            Unmanaged = moving,
            Others = others,
            Desired = await DesiredAsync([.. owners, .. others.Where(p => p.IsDns).Select(p => p.Owner).OfType<PodOwner>()], cancellationToken),
            InFlight = pods.Count(p => IsInFlight(p, now)),
        };
    }

    /// <summary>Of the pods that own an endpoint: a pod that was made again under its name isn't Cilium's because its predecessor was.</summary>
    private async Task<HashSet<string>> EndpointUidsAsync(CancellationToken cancellationToken)
    {
        var uids = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var endpoint in client.PagesAsync<V2CiliumEndpoint>(new ListOptions(), cancellationToken))
            {
                uids.UnionWith((endpoint.Metadata.OwnerReferences ?? []).Select(o => o.Uid));
            }
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // The definitions may have been deleted by hand; addresses tell, too.
        }

        return uids;
    }

    private static List<IPNetwork> Networks(IReadOnlyList<string> cidrs) => [.. cidrs.Select(c => IPNetwork.TryParse(c, out var network) ? network : (IPNetwork?)null).OfType<IPNetwork>()];
}
