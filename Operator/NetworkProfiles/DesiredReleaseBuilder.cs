using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Preflight;
using Accepted = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Accepted;

namespace NetProfile.NetworkProfiles;

/// <summary>From the spec and what the cluster shows to the release that it should have, or all that is wrong at once. Pure.</summary>
internal static class DesiredReleaseBuilder
{
    public static DesiredReview Build(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen)
    {
        var blockers = new List<Blocker>(seen.ValuesFrom.Errors);
        var running = seen.DeployedRelease ?? seen.LatestRelease;
        var context = Context(spec, seen) with { AllowedKnownBadVersion = NetworkProfileNames.AllowedKnownBadVersion(profile.Metadata) };
        var review = SpecValidation.Review(profile.Spec ?? new NetworkProfileSpec(), context);
        var findings = review.Findings;
        blockers.AddRange(findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => Blocker.NotAccepted(ReasonOf(f), f.ToString())));
        blockers.AddRange(ImmutableBlockers(spec, running));
        var desired = new DesiredReview
        {
            Spec = spec,
            Context = context,
            ForcesConflicts = ForcesConflicts(profile),
            Blockers = blockers,
            Warnings = Warnings(findings),
        };
        return review.Values is not { } values || blockers.Any(b => b.Condition == Accepted.Type)
            ? desired
            : desired with { Target = desired.Release(spec.Cilium.Version, values) };
    }

    public static bool ForcesConflicts(V1Alpha1NetworkProfile profile) =>
        profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ForceConflictsAnnotation) == "true";

    internal static ValuesContext Context(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        var running = seen.DeployedRelease ?? seen.LatestRelease;
        var nodeCidrs = seen.Nodes.SelectMany(n => n.Spec?.PodCIDRs ?? (n.Spec?.PodCIDR is { } one ? [one] : [])).ToList();

        // What was given for the time of a migration covers the old network, too.
        var interim = PlanMark.Of(running)?.Stage.StartsWith(MigrationPlanner.BesideName, StringComparison.Ordinal) == true;
        IReadOnlyList<string> pool = spec.Ipam.Mode == IpamMode.ClusterPool ? [.. spec.Ipam.Ipv4PodCIDRs, .. spec.Ipam.Ipv6PodCIDRs] : [.. nodeCidrs, .. seen.ClusterPodCidrs];
        return new ValuesContext
        {
            NodeCount = seen.Nodes.Count,
            ApiServerEndpoints = Endpoints(seen, running),
            Ipv4NativeRoutingCIDR = NativeCidr(pool, AddressFamily.InterNetwork, interim ? null : (string?)running?.Values["ipv4NativeRoutingCIDR"]),
            Ipv6NativeRoutingCIDR = NativeCidr(pool, AddressFamily.InterNetworkV6, interim ? null : (string?)running?.Values["ipv6NativeRoutingCIDR"]),
            TunnelPort = TunnelPort(spec, seen, running),
            NodesHaveIpv4PodCIDRs = nodeCidrs.Count == 0 ? null : AddressRanges.Cover(nodeCidrs, AddressFamily.InterNetwork) is not null,
            NodesHaveIpv6PodCIDRs = nodeCidrs.Count == 0 ? null : AddressRanges.Cover(nodeCidrs, AddressFamily.InterNetworkV6) is not null,
            FirstInstalledMinor = InitialVersion.MinorOf(seen.History),
            Platform = Platform.Detect(seen.Nodes).Kind,
            ValuesFrom = seen.ValuesFrom.Documents,
        };
    }

    /// <summary>
    /// What the running release was given stays as long as one of it is still an API server: one that restarts leaves the list for
    /// a minute, and following that would restart every agent of the cluster.
    /// </summary>
    private static IReadOnlyList<string> Endpoints(NetworkProfileObservation seen, HelmRelease? running)
    {
        var given = GivenEndpoints(running).ToList();
        return given.Intersect(seen.ApiServerEndpoints, StringComparer.Ordinal).Any() ? given : seen.ApiServerEndpoints;
    }

    private static IEnumerable<string> GivenEndpoints(HelmRelease? running)
    {
        if (running?.Values["k8s"]?["apiServerURLs"] is { } urls)
        {
            return urls.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : url);
        }

        return running?.Values["k8sServiceHost"] is { } host
            ? [$"{(host.ToString().Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{running.Values["k8sServicePort"]}"]
            : [];
    }

    /// <summary>What the running release was given stays as long as it covers every pod CIDR, so that a new node changes nothing.</summary>
    private static string? NativeCidr(IReadOnlyList<string> podCidrs, AddressFamily family, string? given) =>
        given is not null && AddressRanges.Covers(given, podCidrs, family) ? given : AddressRanges.Cover(podCidrs, family);

    /// <summary>
    /// A port that runs stays where the spec leaves it open, since nodes with different ports don't reach each other; a first
    /// installation beside Flannel takes another one than Flannel's.
    /// </summary>
    private static int? TunnelPort(EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease? running)
    {
        if (running is not null)
        {
            var now = RunningDatapath.Of(running.Values);
            return now.Mode == RoutingMode.Tunnel && now.Protocol == spec.Routing.TunnelProtocol ? now.Port : null;
        }

        return spec.PreviousCNI is { Kind: not PreviousCniKind.None, Strategy: not MigrationStrategy.Recreate }
            && spec.Routing.TunnelProtocol == TunnelProtocol.VXLAN
            && (PreviousCniEvidence.Of(seen).DaemonSets.Count > 0 || AbandonedNetwork.IsInUse(seen))
            && MigrationValues.Backend(seen, seen.Migration) is not { Type: not "vxlan" }
                ? MigrationValues.Backend(seen, seen.Migration)?.Port is { } held && held != spec.Routing.TunnelPort ? null : MigrationValues.OtherPort
                : null;
    }

    private static IEnumerable<Blocker> ImmutableBlockers(EffectiveSpec spec, HelmRelease? running)
    {
        if ((string?)running?.Values["ipam"]?["mode"] is { } mode && mode != (spec.Ipam.Mode == IpamMode.Kubernetes ? "kubernetes" : "cluster-pool"))
        {
            yield return Blocker.NotAccepted(Accepted.ImmutableFieldChanged,
                $"spec.ipam.mode: {spec.Ipam.Mode}: the installed release has {mode}, and running pods keep their addresses: put it back, or reinstall");
        }

        if (spec.Ipam.Mode != IpamMode.ClusterPool || running is null)
        {
            yield break;
        }

        var installed = (running.Values["ipam"]?["operator"]?["clusterPoolIPv4PodCIDRList"] as JsonArray)?.Select(c => (string?)c).OfType<string>() ?? [];
        foreach (var missing in installed.Except(spec.Ipam.Ipv4PodCIDRs))
        {
            yield return Blocker.NotAccepted(Accepted.ImmutableFieldChanged,
                $"spec.ipam.ipv4PodCIDRs: {missing} of the installed release is missing, and nodes may hold addresses of it: put it back; new CIDRs may be appended");
        }
    }

    internal static EffectiveStatus Effective(EffectiveSpec spec, ValuesContext context, JsonObject values) => new()
    {
        Ipv4NativeRoutingCIDR = (string?)values["ipv4NativeRoutingCIDR"],
        Ipv6NativeRoutingCIDR = (string?)values["ipv6NativeRoutingCIDR"],
        Ipv4PodCIDRs = spec.Ipam.Ipv4PodCIDRs.Count == 0 ? null : [.. spec.Ipam.Ipv4PodCIDRs.Take(16)],
        Ipv6PodCIDRs = spec.Ipam.Ipv6PodCIDRs.Count == 0 ? null : [.. spec.Ipam.Ipv6PodCIDRs.Take(16)],
        ApiServerEndpoints = CiliumValues.EndpointsOf(spec, context) is { Count: > 0 } endpoints ? endpoints : null,
        TunnelPort = spec.Routing.Mode == RoutingMode.Tunnel ? RunningDatapath.Of(values).Port ?? spec.Routing.TunnelPort : null,
    };

    private static List<PreflightFinding> Warnings(IEnumerable<Finding> findings) =>
        [.. findings.Where(f => f.Severity == FindingSeverity.Warning).Select(f => PreflightFinding.Warning(f.Reason, f.ToString()))];

    private static string ReasonOf(Finding finding) => finding.Reason switch
    {
        FindingReasons.UnsupportedVersion => Accepted.UnknownVersion,
        FindingReasons.KnownBadVersion => Accepted.KnownBadVersion,
        FindingReasons.NotInThisVersion => Accepted.UnsupportedByVersion,
        FindingReasons.OwnedByField => Accepted.ValueConflict,
        FindingReasons.UnknownKey or FindingReasons.RemovedKey or FindingReasons.MistypedKey or FindingReasons.BadValue => Accepted.InvalidValue,
        FindingReasons.UnreadableValues => Accepted.MalformedValues,
        _ => Accepted.InvalidSpec,
    };
}
