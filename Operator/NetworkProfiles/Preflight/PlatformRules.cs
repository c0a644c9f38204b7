using NetProfile.Cilium.Facts;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Limits of platforms, which are data (Operator/Cilium/Facts/limits.json): where the evidence is, what it means is told.</summary>
internal static class PlatformRules
{
    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        var platform = Platform.Detect(input.Nodes);
        foreach (var limit in FactsDocuments.Limits.Limits.Where(l => (l.When ?? []).All(condition => Holds(condition, input)) && (l.Platform is null || l.Platform == platform.Kind)))
        {
            if (Evidence(limit, input, platform.Evidence ?? "") is { } evidence)
            {
                yield return new PreflightFinding(limit.Blocks, PreflightReasons.PlatformLimit, $"{limit.Name} ({evidence}): {limit.Means}; {limit.Do}") { IsOfPlatform = true };
            }
        }
    }

    private static bool Holds(LimitCondition condition, PreflightInput input) => condition switch
    {
        LimitCondition.Install => input.IsInstall,
        LimitCondition.KubeProxyReplacement => input.Spec.KubeProxyReplacement.Enabled,
        LimitCondition.BandwidthManager => input.Spec.BandwidthManager,
        LimitCondition.Flannel => PreviousCniEvidence.Of(input.Seen) is { Workloads.Count: > 0 } or { AnnotatedNodes: > 0 },
        _ => false,
    };

    /// <summary>All that the entry names has to be there; null when it isn't.</summary>
    private static string? Evidence(LimitEntry limit, PreflightInput input, string platform)
    {
        var found = new List<string>();
        if (limit.ApiGroup is { } group)
        {
            if (!input.Seen.Survey.ApiGroups.Contains(group, StringComparer.Ordinal))
            {
                return null;
            }

            found.Add($"API group {group}");
        }

        if (limit.DaemonSet is { } name)
        {
            if (input.Seen.DaemonSets.FirstOrDefault(d => d.Metadata.Name == name) is not { } daemonSet)
            {
                return null;
            }

            found.Add($"DaemonSet {daemonSet.Metadata.Namespace}/{name}");
        }

        if (limit.IsAboutNodes)
        {
            var nodes = input.Nodes.Where(n => IsOn(limit, n)).ToList();
            if (nodes.Count == 0)
            {
                return null;
            }

            found.Add(Names.Of(nodes));
        }

        return found.Count > 0 ? string.Join(", ", found) : limit.Platform is null ? null : platform;
    }

    private static bool IsOn(LimitEntry limit, V1Node node)
    {
        var arguments = DistributionArguments.Of(node);
        return (limit.NodeLabel is null || HasLabel(node, limit.NodeLabel))
            && (limit.OsImage is null || (node.Status?.NodeInfo?.OsImage?.StartsWith(limit.OsImage, StringComparison.Ordinal) ?? false))
            && (limit.Kernel is null || (node.Status?.NodeInfo?.KernelVersion?.Contains(limit.Kernel, StringComparison.Ordinal) ?? false))
            && (limit.ServerLacks is null || (arguments.IsServer && !arguments.Has(limit.ServerLacks)));
    }

    private static bool HasLabel(V1Node node, string wanted)
    {
        var parts = wanted.Split('=', 2);
        return node.Metadata.Labels?.GetValueOrDefault(parts[0]) is { } value && (parts.Length == 1 || parts[1] == value);
    }
}
