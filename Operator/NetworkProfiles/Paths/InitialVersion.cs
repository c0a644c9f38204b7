using NetProfile.Cilium;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles.Paths;

internal static class InitialVersion
{
    /// <summary>What upgradeCompatibility takes: the running release's own word, else the oldest revision that is stored.</summary>
    public static string? MinorOf(IReadOnlyList<HelmRelease> history)
    {
        var newest = history.LastOrDefault(r => r.Status == HelmReleaseStatus.Deployed) ?? (history.Count == 0 ? null : history[^1]);
        if (newest?.Values["upgradeCompatibility"] is { } given)
        {
            return given.ToString();
        }

        // A release that never got further than a failed first installation has installed nothing.
        var first = history.FirstOrDefault(r => r.Status is HelmReleaseStatus.Deployed or HelmReleaseStatus.Superseded);
        return first is not null && CiliumVersion.TryParse(first.ChartVersion, out var version) ? version.MinorName : null;
    }
}
