using System.Text.RegularExpressions;
using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Kernel versions by the nodes' kubelets, kernel options by their agents.</summary>
internal static partial class KernelRules
{
    private const string OptionPrefix = "CONFIG_";

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (input.Cilium is not { } facts)
        {
            yield break;
        }

        var old = Older(input, facts.KernelFloor, exceptRedHat: true);
        if (old.Count > 0)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.KernelTooOld,
                $"Cilium {facts.MinorName} needs kernel {facts.KernelFloor} or newer, and {Named(old)} has an older one: upgrade it, or stay with an older Cilium");
        }

        foreach (var (feature, field) in Features(input.Spec))
        {
            if (facts.KernelFor(feature) is not { } need)
            {
                continue;
            }

            var fatal = need.Unmet == UnmetKernel.Fatal;
            var meaning = fatal ? "agents there would not start" : "it would stay off there";
            if (field is not null && Older(input, need.Kernel, exceptRedHat: false) is { Count: > 0 } lacking)
            {
                yield return new PreflightFinding(fatal, PreflightReasons.KernelTooOld, $"{field} needs kernel {need.Kernel} or newer, and {Named(lacking)} has an older one: {meaning}");
            }

            foreach (var missing in Missing(input, need))
            {
                yield return new PreflightFinding(fatal, PreflightReasons.KernelOptionMissing,
                    $"{field ?? $"Cilium ({feature})"} needs {missing.Key} in the kernel, and {Names.Of(missing)} has none: {(field is null && !fatal ? "a part of Cilium may not work there" : meaning)}; take a kernel with it, or load its module");
            }
        }
    }

    /// <summary>With the field that asks for it; null for what every installation needs.</summary>
    private static IEnumerable<(string Feature, string? Field)> Features(EffectiveSpec spec)
    {
        yield return ("Base", null);
        yield return ("Recommended", null);
        var tunnel = spec.Routing.Mode == RoutingMode.Tunnel;
        (bool Wanted, string Feature, string Field)[] features =
        [
            (tunnel && spec.Routing.TunnelProtocol == TunnelProtocol.VXLAN, "VXLAN", "spec.routing.tunnelProtocol: VXLAN"),
            (tunnel && spec.Routing.TunnelProtocol == TunnelProtocol.Geneve, "Geneve", "spec.routing.tunnelProtocol: Geneve"),
            (spec.BandwidthManager, "BandwidthManager", "spec.bandwidthManager.enabled"),
            (spec is { BandwidthManager: true, Bbr: true }, "BBR", "spec.bandwidthManager.bbr"),
            (spec.Ipv4BigTCP, "IPv4BigTCP", "spec.bigTCP.ipv4"),
            (spec.Ipv6BigTCP, "IPv6BigTCP", "spec.bigTCP.ipv6"),
            (spec.Encryption == EncryptionType.WireGuard, "WireGuard", "spec.encryption.type: WireGuard"),
            (spec.Encryption == EncryptionType.IPsec, "IPsec", "spec.encryption.type: IPsec"),
            (spec.Masquerading.Mode == MasqueradingMode.IPTables && (spec.Masquerading.Ipv4 || spec.Masquerading.Ipv6), "IPTablesMasquerading", "spec.masquerading.mode: IPTables"),
        ];
        foreach (var (_, feature, field) in features.Where(f => f.Wanted))
        {
            yield return (feature, field);
        }
    }

    private static IEnumerable<IGrouping<string, string>> Missing(PreflightInput input, KernelRequirement need) => need.Options
        .SelectMany(option => input.Facts
            .Where(node => node.Value.Kernel?.Options?.GetValueOrDefault(option[OptionPrefix.Length..]) == KernelOption.No)
            .Select(node => (option, node.Key)))
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .GroupBy(pair => pair.option, pair => pair.Key, StringComparer.Ordinal);

    private static List<V1Node> Older(PreflightInput input, Version floor, bool exceptRedHat) =>
    [
        .. input.Nodes.Where(n => n.Status?.NodeInfo?.KernelVersion is { } text && KernelNumber().Match(text) is { Success: true } match
            && Version.TryParse(match.Value, out var kernel) && kernel < floor && !(exceptRedHat && IsRedHat418(text))),
    ];

    private static string Named(List<V1Node> nodes) => Names.Of(nodes) + (nodes[0].Status?.NodeInfo?.KernelVersion is { } kernel ? $" ({kernel})" : "");

    /// <summary>Red Hat's 4.18 has what is needed as backports.</summary>
    private static bool IsRedHat418(string kernel) => kernel.StartsWith("4.18.0-", StringComparison.Ordinal) && kernel.Contains(".el8", StringComparison.Ordinal);

    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex KernelNumber();
}
