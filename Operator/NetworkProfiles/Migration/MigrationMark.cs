using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>What the record of a migration keeps of its approval, so that no step of it makes the approval outdated.</summary>
/// <param name="Plan">The digest that was approved, or needed no approval.</param>
/// <param name="Generation">The spec that it was made from; another one is another plan.</param>
internal sealed record MigrationMark(string Plan, long Generation)
{
    public const string PlanAnnotation = NetworkProfileNames.Group + "/plan";

    public const string GenerationAnnotation = NetworkProfileNames.Group + "/generation";

    /// <returns>null when the record was begun and not yet marked.</returns>
    public static MigrationMark? Of(MigrationRecord? record) =>
        record?.Annotations.GetValueOrDefault(PlanAnnotation) is { } plan && long.TryParse(record.Annotations.GetValueOrDefault(GenerationAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? new MigrationMark(plan, generation)
            : null;
}
