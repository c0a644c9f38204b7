using System.Globalization;

namespace NetProfile.Helm;

/// <summary>
/// What we write on every revision that we make, as labels of its Secret. Helm copies labels to later revisions whoever makes
/// them, so the mark names its own revision: only where that fits do the digest and the holder speak of this revision.
/// </summary>
public sealed record HelmMark
{
    public const string ProfileLabel = "netprofile.io/profile";
    private const string RevisionLabel = "netprofile.io/revision";
    private const string ValuesLabel = "netprofile.io/values-digest";
    private const string ChartLabel = "netprofile.io/chart-digest";
    private const string HolderLabel = "netprofile.io/holder";

    public required string Profile { get; init; }

    public required int Revision { get; init; }

    /// <summary><see cref="Helm.ValuesDigest.Of"/> of the values.</summary>
    public required string ValuesDigest { get; init; }

    public required string ChartDigest { get; init; }

    /// <summary>Who ran helm, as a label value: the leader's identity, which the Lease names too.</summary>
    public required string Holder { get; init; }

    public IReadOnlyDictionary<string, string> ToLabels() => new Dictionary<string, string>
    {
        [ProfileLabel] = LabelValue(Profile),
        [RevisionLabel] = Revision.ToString(CultureInfo.InvariantCulture),
        [ValuesLabel] = LabelValue(ValuesDigest),
        [ChartLabel] = LabelValue(ChartDigest),
        [HolderLabel] = LabelValue(Holder),
    };

    /// <summary>Whose release it is; null when it is nobody's that we know.</summary>
    public static string? ProfileOf(HelmRelease release) => release.Labels.GetValueOrDefault(ProfileLabel);

    /// <returns>null when this very revision was not made by us.</returns>
    public static HelmMark? Of(HelmRelease release)
    {
        var labels = release.Labels;
        return ProfileOf(release) is { } profile && labels.GetValueOrDefault(RevisionLabel) == release.Revision.ToString(CultureInfo.InvariantCulture)
            ? new HelmMark
            {
                Profile = profile,
                Revision = release.Revision,
                ValuesDigest = labels.GetValueOrDefault(ValuesLabel, ""),
                ChartDigest = labels.GetValueOrDefault(ChartLabel, ""),
                Holder = labels.GetValueOrDefault(HolderLabel, ""),
            }
            : null;
    }

    /// <summary>
    /// A text as a label value: the hash of a <c>sha256:</c> digest cut to 40 digits, else what is allowed of the text with its
    /// end kept where it is too long (a pod's name differs at its end).
    /// </summary>
    public static string LabelValue(string text)
    {
        if (text.StartsWith("sha256:", StringComparison.Ordinal))
        {
            return text[7..Math.Min(text.Length, 47)];
        }

        var allowed = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')]);
        return (allowed.Length > 63 ? allowed[^63..] : allowed).Trim('-', '_', '.');
    }
}
