using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>Whether the way back is in charge of a profile. Pure.</summary>
internal static class RestoreChoice
{
    /// <summary>On the record once the old network is back: the generation of spec that must not install Cilium again.</summary>
    public const string HeldGeneration = NetworkProfileNames.Group + "/held-generation";

    /// <summary>Asked for and not yet answered, or begun, or done and nobody wants anything else since.</summary>
    public static bool InCharge(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen) =>
        seen.ProfileInForce is null && (IsAsked(profile) || IsUnderWay(seen) || IsHeld(profile, seen));

    /// <summary>Once for each value of requestedAt.</summary>
    public static bool IsAsked(V1Alpha1NetworkProfile profile)
    {
        var annotations = profile.Metadata.Annotations;
        var handled = profile.Status?.LastHandledAction;
        return annotations?.GetValueOrDefault(NetworkProfileNames.ActionAnnotation) == NetworkProfileNames.Actions.Restore
            && (handled?.Action != NetworkProfileNames.Actions.Restore || handled.RequestedAt != annotations.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation));
    }

    public static bool IsUnderWay(NetworkProfileObservation seen) => seen.Migration is { Direction: MigrationDirection.Back, RestoredAt: null };

    public static bool IsHeld(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen) =>
        seen.Migration is { Direction: MigrationDirection.Back, RestoredAt: not null } record
        && record.Annotations.GetValueOrDefault(HeldGeneration) == GenerationOf(profile);

    public static string GenerationOf(V1Alpha1NetworkProfile profile) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{profile.Metadata.Uid}.{profile.Metadata.Generation}");
}
