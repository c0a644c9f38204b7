using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The release as status.cilium shows it.</summary>
internal static class ReleaseStatus
{
    private const int LongestHistory = 10;

    private const int LongestDescription = 256;

    public static CiliumStatus? Of(NetworkProfileObservation seen, ReleaseAttempt? lastAttempt)
    {
        if (seen.History.Count == 0 && lastAttempt is null)
        {
            return null;
        }

        var shown = seen.DeployedRelease ?? seen.LatestRelease;
        return new CiliumStatus
        {
            Version = seen.DeployedRelease?.ChartVersion,
            ChartDigest = shown is null ? null : HelmMark.Of(shown)?.ChartDigest,
            Revision = shown?.Revision,
            ValuesDigest = shown is null ? null : ValuesDigest.Of(shown.Values),
            InitialVersion = InitialVersion.MinorOf(seen.History),
            LastAttempt = lastAttempt,
            History = seen.History.Count == 0 ? null : [.. seen.History.Reverse().Take(LongestHistory).Select(Entry)],
        };
    }

    private static ReleaseHistoryEntry Entry(HelmRelease release) => new()
    {
        Revision = release.Revision,
        Version = release.ChartVersion,
        ValuesDigest = ValuesDigest.Of(release.Values),
        Status = release.Status.ToString(),
        DeployedAt = release.LastDeployed,
        Description = release.Description is { Length: > LongestDescription } text ? string.Concat(text.AsSpan(0, LongestDescription - 1), "…") : release.Description,
    };
}
