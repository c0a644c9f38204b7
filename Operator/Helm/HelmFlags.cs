namespace NetProfile.Helm;

/// <summary>What differs between the versions of the helm CLI, as data. A flag that a version lacks is an empty list.</summary>
public sealed record HelmFlags
{
    public static Version Minimum { get; } = new(3, 14, 0);

    public required Version Version { get; init; }

    /// <summary>Win server-side apply conflicts. Helm 3 applies client-side and overwrites without asking.</summary>
    public required IReadOnlyList<string> ForceConflicts { get; init; }

    /// <summary>Adopt objects that another release, or nobody, is recorded as the owner of.</summary>
    public required IReadOnlyList<string> TakeOwnership { get; init; }

    /// <summary>Keep Secrets out of what a dry run prints.</summary>
    public required IReadOnlyList<string> HideSecret { get; init; }

    /// <summary>Helm 4 speaks TLS to a loopback registry unless told otherwise; helm 3 tells by itself.</summary>
    public required IReadOnlyList<string> PlainHttp { get; init; }

    public static HelmFlags For(Version version) => new()
    {
        Version = version,
        // A release that helm 3 made stays client-side under "auto", and forcing is refused there.
        ForceConflicts = Since(version, 4, 0, "--server-side=true", "--force-conflicts"),
        TakeOwnership = Since(version, 3, 17, "--take-ownership"),
        HideSecret = Since(version, 3, 15, "--hide-secret"),
        PlainHttp = Since(version, 3, 13, "--plain-http"),
    };

    private static string[] Since(Version version, int major, int minor, params string[] flags) => version >= new Version(major, minor) ? flags : [];
}
