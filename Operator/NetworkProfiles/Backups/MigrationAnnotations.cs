using System.Globalization;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Backups;

/// <summary>Keys on the Secret of a <see cref="MigrationRecord"/>, and how times are written there.</summary>
public static class MigrationAnnotations
{
    public const string Strategy = Prefix + "strategy";
    public const string StartedAt = Prefix + "started-at";
    public const string Direction = Prefix + "direction";
    public const string OldPodCidrs = Prefix + "old-pod-cidrs";
    public const string Format = Prefix + "backup-format";
    public const string Digest = Prefix + "digest";
    public const string FinishedAt = Prefix + "finished-at";
    public const string OutageStartedAt = Prefix + "outage-started-at";
    public const string OutageEndedAt = Prefix + "outage-ended-at";
    public const string RestoreStartedAt = Prefix + "restore-started-at";
    public const string RestoredAt = Prefix + "restored-at";

    /// <summary>Names of Cilium's definitions that were there before the migration; they stay when the old network comes back.</summary>
    public const string DefinitionsBefore = Prefix + "cilium-definitions-before";

    /// <summary>Those that are left when it is back.</summary>
    public const string DefinitionsLeft = Prefix + "cilium-definitions-left";

    /// <summary>The value of <see cref="Format"/> that this program writes and reads.</summary>
    public const string CurrentFormat = "1";

    private const string Prefix = NetworkProfileNames.Group + "/";

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset? Time(IReadOnlyDictionary<string, string> annotations, string key) =>
        DateTimeOffset.TryParse(annotations.GetValueOrDefault(key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
