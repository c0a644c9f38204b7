using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles.Paths;

/// <summary>
/// What a revision that this operator made says of its plan, as labels of its Secret: with it a plan of several revisions keeps its
/// digest and so its approval from the first to the last, through every restart.
/// </summary>
internal sealed record PlanMark(string Plan, string Target, string Stage)
{
    private const string TargetLabel = "netprofile.io/target";

    private const string StageLabel = "netprofile.io/stage";

    private const string RejectedLabel = "netprofile.io/rejected";

    public IEnumerable<KeyValuePair<string, string>> ToLabels() =>
    [
        new(NetworkProfileNames.PlanLabel, Plan),
        new(TargetLabel, Target),
        new(StageLabel, HelmMark.LabelValue(Stage)),
    ];

    /// <returns>null when this very revision was not made by this operator.</returns>
    public static PlanMark? Of(HelmRelease? release) =>
        release is not null && HelmMark.Of(release) is not null && release.Labels.TryGetValue(NetworkProfileNames.PlanLabel, out var plan)
            ? new PlanMark(plan, release.Labels.GetValueOrDefault(TargetLabel, ""), release.Labels.GetValueOrDefault(StageLabel, ""))
            : null;

    /// <summary>Short enough for a label.</summary>
    public static string TargetOf(DesiredRelease target) => HelmMark.LabelValue(target.Digest)[..16];

    /// <summary>On a revision that a rollback made: which wish it went back from. It names its revision, because helm copies labels on.</summary>
    public static KeyValuePair<string, string> Rejected(DesiredRelease target, long generation, int revision) =>
        new(RejectedLabel, string.Create(CultureInfo.InvariantCulture, $"{TargetOf(target)}.{generation}.{revision}"));

    /// <summary>Whether <paramref name="release"/> was made by going back from this wish, which nobody has changed since.</summary>
    public static bool Rejects(HelmRelease? release, DesiredRelease? target, long generation)
    {
        if (release is null || HelmMark.Of(release) is null || release.Labels.GetValueOrDefault(RejectedLabel)?.Split('.') is not [var from, var at, var revision]
            || revision != release.Revision.ToString(CultureInfo.InvariantCulture))
        {
            return false;
        }

        return at == generation.ToString(CultureInfo.InvariantCulture) || (target is not null && from == TargetOf(target));
    }
}
