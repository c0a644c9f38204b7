using System.Text.Json.Nodes;
using NetProfile.Cilium.Validation;
using NetProfile.Cilium.Values;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// What a running Cilium can't change, held against its own settings: the release's values don't tell it where the chart's defaults
/// were taken, or where no release is known.
/// </summary>
internal static class ImmutabilityRules
{
    /// <param name="Setting">In cilium-config.</param>
    /// <param name="Key">In the chart's values.</param>
    /// <param name="Default">The chart's; null when the setting isn't judged without a value.</param>
    /// <param name="Because">What would happen.</param>
    private sealed record Fixed(string Setting, string Key, string? Default, string Because);

    private static readonly Fixed[] s_fixed =
    [
        new("ipam", "ipam.mode", "cluster-pool", "running pods would keep addresses that nobody manages"),
        new("cluster-name", "cluster.name", "default", "identities carry it, so policies would match nothing while agents restart"),
        new("cluster-id", "cluster.id", "0", "identities carry it, so policies would match nothing while agents restart"),
        new("identity-allocation-mode", "identityAllocationMode", "crd", "every identity would be given out anew, and policies would match nothing meanwhile"),
        new("cluster-pool-ipv4-mask-size", "ipam.operator.clusterPoolIPv4MaskSize", null, "nodes keep the blocks that they have, and new ones would overlap with them"),
        new("cluster-pool-ipv6-mask-size", "ipam.operator.clusterPoolIPv6MaskSize", null, "nodes keep the blocks that they have, and new ones would overlap with them"),
    ];

    private static readonly (string Setting, string Key)[] s_pools =
    [
        ("cluster-pool-ipv4-cidr", "ipam.operator.clusterPoolIPv4PodCIDRList"),
        ("cluster-pool-ipv6-cidr", "ipam.operator.clusterPoolIPv6PodCIDRList"),
    ];

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (input is not { Values: { } values, Seen.CiliumConfig: { } live } || !input.Seen.CiliumDaemonSets.Any(d => d.Metadata.Name == Cilium.Health.ComponentNames.AgentDaemonSet))
        {
            yield break;
        }

        foreach (var rule in s_fixed)
        {
            var wanted = values.At(rule.Key)?.ToString() ?? rule.Default;
            if (wanted is not null && live.GetValueOrDefault(rule.Setting) is { Length: > 0 } present && present != wanted && !IsInRelease(input, rule.Key))
            {
                yield return Changed($"{rule.Key} would become {wanted}, and the running Cilium has {rule.Setting}: {present}: {rule.Because}; put {present} back, or reinstall");
            }
        }

        foreach (var (setting, key) in s_pools)
        {
            var pools = Networks((values.At(key) as JsonArray)?.Select(c => c?.ToString()) ?? []);
            var lost = IsInRelease(input, key) ? [] : Networks((live.GetValueOrDefault(setting) ?? "").Split([' ', ','])).Where(present => !pools.Exists(pool => pool.Contains(present))).ToList();
            if (pools.Count > 0 && lost.Count > 0)
            {
                yield return Changed($"{key}: {string.Join(", ", lost)} of the running Cilium ({setting}) is in none of {string.Join(", ", pools)}, and nodes hold addresses of it: put it back; new CIDRs may be appended");
            }
        }
    }

    /// <summary>What the release itself says is compared where the release is.</summary>
    private static bool IsInRelease(PreflightInput input, string key) => (input.Seen.DeployedRelease ?? input.Seen.LatestRelease)?.Values.At(key) is not null;

    private static List<Cidr> Networks(IEnumerable<string?> texts) => [.. texts.Select(text => Cidr.TryParse(text, out var cidr) ? cidr : null).OfType<Cidr>()];

    private static PreflightFinding Changed(string message) => PreflightFinding.Blocker(PreflightReasons.Immutable, message);
}
