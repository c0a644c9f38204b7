using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Probing;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>
/// While both networks run, nodes and some of their pods try connections to each other and to the services; pods are moved only as
/// long as these get through. Agents' own health checks know nothing of the old network's pods.
/// </summary>
internal static class MigrationProbes
{
    private static readonly (string Namespace, string Name, string Port)[] s_services = [("default", "kubernetes", "https"), ("kube-system", "kube-dns", "dns-tcp")];

    /// <returns>By node; null while there aren't two networks.</returns>
    public static IReadOnlyDictionary<string, ProbeRequest>? Requests(EffectiveSpec spec, NetworkProfileObservation seen) =>
        MigrationPlanner.RecordInForce(seen) is { FinishedAt: null, Strategy: not MigrationStrategy.Recreate } record && seen.DeployedRelease is not null
            ? ProbeRequests.For(
                seen.Nodes, seen.NodeNetworks, MigrationValues.OldPodCidrs(seen, record), [.. spec.Ipam.Ipv4PodCIDRs, .. spec.Ipam.Ipv6PodCIDRs], seen.ProbedServices, MigrationAnnotations.Of(record.StartedAt))
            : null;

    /// <summary>Why no pod may be moved now; null when connections get through. A failure counts from its first moment: waiting costs little.</summary>
    public static string? Hindrance(NetworkProfileObservation seen)
    {
        var verdict = ReachabilityVerdict.Of(seen.NodeNetworks, seen.Nodes, seen.ObservedAt);
        var unanswered = seen.NodeNetworks.Any(n => n.Spec?.Inspection?.Probe is not null && n.Status?.Probe is null && !IsDown(n, seen));
        return verdict.State == Reachability.Failing || verdict.Failures.Count > 0 || unanswered || !seen.NodeNetworks.Any(n => n.Spec?.Inspection?.Probe is not null) ? verdict.Message : null;
    }

    /// <summary>The services that every pod needs, where they are.</summary>
    public static async Task<IReadOnlyList<ProbeTarget>> ServicesAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        var targets = new List<ProbeTarget>();
        foreach (var (@namespace, name, port) in s_services)
        {
            var service = await client.GetAsync<V1Service>(new NamespacedName(@namespace, name), cancellationToken);
            if (service?.Spec is { ClusterIP: { Length: > 0 } address } found && address != "None" && found.Ports?.FirstOrDefault(p => p.Name == port)?.Port is { } number)
            {
                targets.Add(ProbeRequests.Service(@namespace, name, address, number));
            }
        }

        return targets;
    }

    private static bool IsDown(V1Alpha1NodeNetwork network, NetworkProfileObservation seen) =>
        seen.Nodes.FirstOrDefault(n => n.Metadata.Name == network.Metadata.Name) is not { } node || !ProbeRequests.IsUp(node);
}
