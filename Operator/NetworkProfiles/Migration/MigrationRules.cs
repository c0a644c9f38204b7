using System.Globalization;
using System.Net.Sockets;
using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Nodes;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>What makes a migration impossible as it is asked for: all of it at once, each with what to do. Pure.</summary>
internal static class MigrationRules
{
    private const int VxlanPort = 8472;

    public static IReadOnlyList<Blocker> Check(EffectiveSpec spec, NetworkProfileObservation seen, MigrationStrategy strategy, MigrationRecord? record)
    {
        var blockers = Untouchable(spec, seen).ToList();
        if (seen.NodeAgent.Image is null)
        {
            blockers.Add(new Blocker(PreflightPassed.Type, PreflightPassed.WaitingForNodes,
                $"no agents can be started to take Flannel off the nodes, because the operator does not know its own image: set {NodeAgentLaunch.ImageVariable} (its chart does)", NeedsPerson: true));
        }

        if (record is not null && record.Strategy != spec.PreviousCNI.Strategy)
        {
            blockers.Add(Blocker.Preflight(PreflightPassed.Blocked,
                $"spec.previousCNI.strategy: {spec.PreviousCNI.Strategy}: the migration that began at {record.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC goes by {record.Strategy}; put it back, or go back to the old network first ({NetworkProfileNames.ActionAnnotation}: restore)"));
        }

        if (strategy == MigrationStrategy.NodeByNode && CiliumFacts.TryFor(spec.Cilium.Version, out var facts, out _) && !facts.AgentWritesCniConf)
        {
            blockers.Add(Blocker.Preflight(PreflightPassed.Blocked,
                $"spec.previousCNI.strategy: NodeByNode: agents of Cilium {facts.MinorName} write their CNI configuration by a script that can't be told node by node: use Cilium {CiliumFacts.FirstMinorWith(f => f.AgentWritesCniConf)} or newer, or strategy Overlap"));
        }

        if (strategy == MigrationStrategy.NodeByNode && record is null && AbandonedNetwork.IsInUse(seen))
        {
            blockers.Add(Blocker.Preflight(PreflightPassed.Blocked,
                "spec.previousCNI.strategy: NodeByNode: nothing of Flannel runs any more, so that a node that waits for its turn may have no CNI configuration for new pods: use strategy Overlap, which drains no node"));
        }

        return strategy == MigrationStrategy.Recreate ? blockers : [.. blockers, .. SideBySide(spec, seen, record)];
    }

    /// <summary>Flannel that another one would bring back.</summary>
    public static IReadOnlyList<Blocker> Untouchable(EffectiveSpec spec, NetworkProfileObservation seen) =>
        PreviousCniEvidence.Untouchable(spec, seen) is { } reason ? [Blocker.Preflight(PreflightPassed.PlatformActionNeeded, reason)] : [];

    private static IEnumerable<Blocker> SideBySide(EffectiveSpec spec, NetworkProfileObservation seen, MigrationRecord? record)
    {
        var old = MigrationValues.OldPodCidrs(seen, record);
        if (spec.Ipam.Mode == IpamMode.Kubernetes)
        {
            yield return Blocker.Preflight(PreflightPassed.Blocked,
                $"spec.ipam.mode: Kubernetes: both networks would hand out addresses of the same ranges ({Text(old)}), and strategy {spec.PreviousCNI.Strategy} runs them side by side: use mode ClusterPool with other CIDRs, or spec.previousCNI.strategy: Recreate, which is an outage");
            yield break;
        }

        foreach (var pool in spec.Ipam.Ipv4PodCIDRs.Concat(spec.Ipam.Ipv6PodCIDRs))
        {
            var family = pool.Contains(':', StringComparison.Ordinal) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            if (old.FirstOrDefault(o => AddressRanges.Overlap(o, pool, family)) is { } taken)
            {
                yield return Blocker.Preflight(PreflightPassed.Blocked,
                    $"spec.ipam: pod CIDR {pool} overlaps Flannel's {taken}, and strategy {spec.PreviousCNI.Strategy} runs both networks side by side: take a CIDR beside it, or spec.previousCNI.strategy: Recreate, which is an outage");
            }
        }

        if (spec.Routing is { Mode: RoutingMode.Tunnel, TunnelProtocol: TunnelProtocol.VXLAN, TunnelPortIsExplicit: true } routing
            && MigrationValues.Backend(seen, record) is { Type: "vxlan" } backend && (backend.Port ?? VxlanPort) == routing.TunnelPort && seen.DeployedRelease is null)
        {
            yield return Blocker.Preflight(PreflightPassed.Blocked,
                string.Create(CultureInfo.InvariantCulture, $"spec.routing.tunnelPort: {routing.TunnelPort}: Flannel's device holds that UDP port, and Cilium's overlay would not come up beside it: leave it out ({MigrationValues.OtherPort} is taken then), or give another"));
        }
    }

    private static string Text(IReadOnlyList<string> cidrs) => cidrs.Count == 0 ? "unknown" : string.Join(", ", cidrs.Take(4)) + (cidrs.Count > 4 ? ", …" : "");
}
