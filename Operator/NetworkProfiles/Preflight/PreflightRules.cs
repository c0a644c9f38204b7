using System.Net;
using System.Text.RegularExpressions;
using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles.Preflight;

/// <param name="Blocks">Nothing is touched while it is so; else it is a warning.</param>
/// <param name="Message">What, where, and what to do.</param>
internal sealed record PreflightFinding(bool Blocks, string Message)
{
    public Blocker ToBlocker() => Blocker.Preflight(PreflightPassed.Blocked, Message);
}

/// <summary>What the API alone tells about the cluster's fitness, before anything is touched: every rule is asked, so all is said at once. Pure.</summary>
internal static partial class PreflightRules
{
    private const int MostNodes = 5;

    private static readonly Func<EffectiveSpec, NetworkProfileObservation, IEnumerable<PreflightFinding>>[] s_rules = [Kernels, PoolsAndNodes, Capacity, NodeCidrs, Platforms];

    public static IReadOnlyList<PreflightFinding> Check(EffectiveSpec spec, NetworkProfileObservation seen) => [.. s_rules.SelectMany(rule => rule(spec, seen))];

    private static IEnumerable<PreflightFinding> Kernels(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (!CiliumFacts.TryFor(spec.Cilium.Version, out var facts, out _))
        {
            yield break;
        }

        var old = Older(seen, facts.KernelFloor, exceptRedHat: true);
        if (old.Count > 0)
        {
            yield return new PreflightFinding(true, $"Cilium {facts.MinorName} needs kernel {facts.KernelFloor} or newer, and {Names(old)} has an older one: upgrade it, or stay with an older Cilium");
        }

        foreach (var (feature, field) in Features(spec))
        {
            if (facts.KernelFor(feature) is { } need && Older(seen, need.Kernel, exceptRedHat: false) is { Count: > 0 } lacking)
            {
                var fatal = need.Unmet == UnmetKernel.Fatal;
                yield return new PreflightFinding(fatal, $"{field} needs kernel {need.Kernel} or newer, and {Names(lacking)} has an older one: {(fatal ? "agents there would not start" : "it would stay off there")}");
            }
        }
    }

    private static IEnumerable<(string Feature, string Field)> Features(EffectiveSpec spec)
    {
        if (spec.BandwidthManager)
        {
            yield return ("BandwidthManager", "spec.bandwidthManager.enabled");
        }

        if (spec is { BandwidthManager: true, Bbr: true })
        {
            yield return ("BBR", "spec.bandwidthManager.bbr");
        }

        if (spec.Ipv4BigTCP)
        {
            yield return ("IPv4BigTCP", "spec.bigTCP.ipv4");
        }

        if (spec.Ipv6BigTCP)
        {
            yield return ("IPv6BigTCP", "spec.bigTCP.ipv6");
        }

        if (spec.Encryption == EncryptionType.WireGuard)
        {
            yield return ("WireGuard", "spec.encryption.type");
        }
    }

    private static IEnumerable<PreflightFinding> PoolsAndNodes(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        foreach (var pool in spec.Ipam.Ipv4PodCIDRs.Concat(spec.Ipam.Ipv6PodCIDRs))
        {
            if (!IPNetwork.TryParse(pool, out var network))
            {
                continue;
            }

            var inside = seen.Nodes.Where(n => (n.Status?.Addresses ?? []).Any(a => IPAddress.TryParse(a.Address, out var address) && network.Contains(address))).ToList();
            if (inside.Count > 0)
            {
                yield return new PreflightFinding(true, $"pod CIDR {pool} holds the addresses of {Names(inside)}: nodes would become unreachable; take another range");
            }
        }
    }

    private static IEnumerable<PreflightFinding> Capacity(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (spec.Ipam.Mode != IpamMode.ClusterPool || spec.Ipam.Ipv4PodCIDRs.Count == 0)
        {
            yield break;
        }

        var blocks = spec.Ipam.Ipv4PodCIDRs.Sum(c => IPNetwork.TryParse(c, out var n) && n.PrefixLength <= spec.Ipam.Ipv4MaskSize ? Math.Pow(2, spec.Ipam.Ipv4MaskSize - n.PrefixLength) : 0);
        if (blocks < seen.Nodes.Count)
        {
            yield return new PreflightFinding(true, $"spec.ipam.ipv4PodCIDRs has room for {blocks:0} nodes with /{spec.Ipam.Ipv4MaskSize} each, and there are {seen.Nodes.Count}: append a CIDR, or before the installation take a larger mask");
        }
    }

    private static IEnumerable<PreflightFinding> NodeCidrs(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (spec.Ipam.Mode != IpamMode.Kubernetes)
        {
            yield break;
        }

        var without = seen.Nodes.Where(n => CidrsOf(n).Count == 0).ToList();
        if (without.Count > 0)
        {
            yield return new PreflightFinding(true, $"spec.ipam.mode: Kubernetes takes pod addresses from Node.spec.podCIDRs, and {Names(without)} has none: start kube-controller-manager with --allocate-node-cidrs and --cluster-cidr, or use mode ClusterPool");
        }

        foreach (var twice in seen.Nodes.SelectMany(n => CidrsOf(n).Select(c => (Node: n, Cidr: c))).GroupBy(p => p.Cidr, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return new PreflightFinding(true, $"pod CIDR {twice.Key} is given to {Names([.. twice.Select(p => p.Node)])}: their pods would get the same addresses; delete and register all but one of them again");
        }
    }

    private static IEnumerable<PreflightFinding> Platforms(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (Platform.Detect(seen.Nodes).Kind == "kind" && spec.BandwidthManager)
        {
            yield return new PreflightFinding(false, "spec.bandwidthManager.enabled: on kind nodes it stays off, because they are containers of one kernel");
        }
    }

    private static IReadOnlyList<string> CidrsOf(V1Node node) => node.Spec?.PodCIDRs ?? (node.Spec?.PodCIDR is { } one ? [one] : []);

    private static List<V1Node> Older(NetworkProfileObservation seen, Version floor, bool exceptRedHat) =>
    [
        .. seen.Nodes.Where(n => n.Status?.NodeInfo?.KernelVersion is { } text && KernelNumber().Match(text) is { Success: true } match
            && Version.TryParse(match.Value, out var kernel) && kernel < floor && !(exceptRedHat && IsRedHat418(text))),
    ];

    /// <summary>Red Hat's 4.18 has what is needed as backports.</summary>
    private static bool IsRedHat418(string kernel) => kernel.StartsWith("4.18.0-", StringComparison.Ordinal) && kernel.Contains(".el8", StringComparison.Ordinal);

    private static string Names(IReadOnlyCollection<V1Node> nodes) =>
        string.Join(", ", nodes.Select(n => n.Metadata.Name).Order(StringComparer.Ordinal).Take(MostNodes)) + (nodes.Count > MostNodes ? $" and {nodes.Count - MostNodes} more" : "");

    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex KernelNumber();
}
