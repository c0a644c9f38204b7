using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Uninstall;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>
/// What becomes of the definitions that came with Cilium. Those that weren't there before the migration go again, with what Cilium
/// has written; what a person has written in the meantime (policies) is nobody's to delete, and stays with its definition. Pure.
/// </summary>
internal sealed record RestoredDefinitions
{
    public static readonly RestoredDefinitions None = new() { Going = [], Staying = [], MayDelete = true };

    public required IReadOnlyList<CiliumObjectCount> Going { get; init; }

    /// <summary>Somebody's objects are in them.</summary>
    public required IReadOnlyList<CiliumObjectCount> Staying { get; init; }

    /// <summary>The operator has the right to delete definitions.</summary>
    public required bool MayDelete { get; init; }

    /// <summary>All that are left at the end, by their names.</summary>
    public IEnumerable<string> Left => (MayDelete ? Staying : Going.Concat(Staying)).Select(d => d.Definition).Order(StringComparer.Ordinal);

    public static RestoredDefinitions Of(MigrationRecord record, IReadOnlyList<CiliumObjectCount> counts, bool mayDelete)
    {
        // Where nobody has looked before the migration, all may have been there.
        var since = record.DefinitionsBefore is { } before ? counts.Where(c => !before.Contains(c.Definition, StringComparer.Ordinal)).ToList() : [];
        return new RestoredDefinitions
        {
            Going = [.. since.Where(c => !c.IsPolicy || c.Count == 0 || c.IsLeaving)],
            Staying = [.. since.Where(c => c is { IsPolicy: true, Count: > 0, IsLeaving: false })],
            MayDelete = mayDelete,
        };
    }

    /// <summary>Said before anything begins.</summary>
    public IEnumerable<string> Announce()
    {
        if (Going.Count > 0)
        {
            var counts = $"{Going.Count} definitions of Cilium's that weren't there before{Text(Going)}";
            yield return MayDelete ? $"{counts} go." : $"{counts} stay, because the operator may not delete them (rbac.purge in its chart).";
        }

        if (Staying.Count > 0)
        {
            yield return $"What Cilium didn't write itself stays with its definitions: {string.Join(", ", Staying)}.";
        }
    }

    private static string Text(IReadOnlyList<CiliumObjectCount> counts) =>
        counts.Where(c => c.Count > 0).Select(c => c.ToString()).ToList() is { Count: > 0 } some ? $", with {string.Join(", ", some)}" : "";
}
