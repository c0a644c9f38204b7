using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Plugin.BugReports;

internal sealed record ReportOptions
{
    /// <summary>Of the Helm release.</summary>
    public required string Namespace { get; init; }

    public required string ReleaseName { get; init; }

    public required int LogLines { get; init; }

    /// <summary>How many agents are asked and have their logs taken, those in trouble first.</summary>
    public required int MaxAgents { get; init; }

    /// <summary>Nodes that status calls notable.</summary>
    public IReadOnlySet<string> NotableNodes { get; init; } = new HashSet<string>();

    public static ReportOptions For(V1Alpha1NetworkProfile? profile, int logLines, int maxAgents)
    {
        var cilium = NetworkProfileDefaults.Resolve(profile?.Spec).Cilium;
        return new ReportOptions
        {
            Namespace = cilium.Namespace,
            ReleaseName = cilium.ReleaseName,
            LogLines = logLines,
            MaxAgents = maxAgents,
            NotableNodes = (profile?.Status?.Nodes?.Notable ?? []).Select(n => n.Name ?? "").ToHashSet(),
        };
    }
}
