using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Hubble;

/// <summary>
/// Hubble's certificates made anew: their Secrets go, and a revision with the same values brings others. Told by what is there, so that
/// it goes on after a death between the two. Agents and relay read them without a restart. Pure.
/// </summary>
internal static class CertificateRenewal
{
    public const string Name = "RenewCertificates";

    /// <summary>A revision that didn't help isn't made again and again.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromDays(1);

    /// <summary>null while there is nothing to renew.</summary>
    /// <param name="target">What runs, and is wanted.</param>
    /// <param name="running">Its revision.</param>
    /// <param name="seen">The certificates.</param>
    public static ReleasePath? PathOf(DesiredRelease? target, HelmRelease? running, NetworkProfileObservation seen)
    {
        var due = seen.HubbleCertificates.Where(c => c.IsDue(seen.ObservedAt)).ToList();
        if (target is null || running is null || due.Count == 0 || (PlanMark.Of(running)?.Stage == Name && seen.ObservedAt - running.LastDeployed < s_pause))
        {
            return null;
        }

        return new ReleasePath(
            [
                new ReleaseStage
                {
                    Name = Name,
                    Because = $"certificates of Hubble come to their end, and the chart keeps what it finds: {string.Join(", ", due)}",
                    Release = target,
                    Disruption = Disruption.None,
                    Renews = [.. seen.HubbleCertificates.Select(c => c.Secret)],
                },
            ],
            null);
    }
}
