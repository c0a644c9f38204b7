using NetProfile.Cilium;
using NetProfile.Helm;
using Accepted = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Accepted;

namespace NetProfile.NetworkProfiles;

/// <summary>Cilium's upgrade rules: one minor at a time, in both directions (Documentation/operations/upgrade.rst).</summary>
internal static class VersionChange
{
    public static IEnumerable<Blocker> Blockers(HelmRelease? running, string wanted)
    {
        if (!CiliumVersion.TryParse(running?.ChartVersion, out var from) || !CiliumVersion.TryParse(wanted, out var to))
        {
            yield break;
        }

        if (Math.Abs(from.MinorsTo(to)) > 1)
        {
            yield return Blocker.NotAccepted(Accepted.UnsupportedVersionChange,
                $"spec.cilium.version: {to}: {from} is installed, and Cilium goes one minor at a time: go to the latest {from.NextMinorName(to)} first");
        }
    }

    /// <summary>What upgradeCompatibility takes: the running release's own word, else the oldest revision that is stored.</summary>
    public static string? FirstInstalledMinor(IReadOnlyList<HelmRelease> history)
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
