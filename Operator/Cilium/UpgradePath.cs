using NetProfile.Cilium.Facts;

namespace NetProfile.Cilium;

/// <summary>One upgrade of the release on the way to the wanted version.</summary>
public sealed record UpgradeHop(CiliumVersion From, CiliumVersion To, string Because)
{
    /// <summary>What the minor that is entered changes, for a person who reads a plan; empty within a minor and downwards.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public bool ChangesMinor => !From.SameMinor(To);
}

/// <summary>
/// The way from one version to another by Cilium's rules (Documentation/operations/upgrade.rst): to the latest patch of the current
/// minor, then one minor at a time; downwards one minor at most. Pure; versions are compared nowhere else.
/// </summary>
public sealed record UpgradePath
{
    /// <summary>In order; empty when the wanted version is the installed one, or the way is refused.</summary>
    public IReadOnlyList<UpgradeHop> Hops { get; init; } = [];

    /// <summary>Why there is no way, and what to do; null when there is one.</summary>
    public string? Refusal { get; init; }

    public bool IsRefused => Refusal is not null;

    /// <summary>Whether agents of both versions may be in a cluster at the same time: at most one minor apart.</summary>
    public static bool MayMeet(CiliumVersion left, CiliumVersion right) =>
        left.SameMinor(right) || (left.Major == right.Major && Math.Abs(left.Minor - right.Minor) == 1);

    public static UpgradePath Between(CiliumVersion installed, CiliumVersion wanted)
    {
        if (!CiliumFacts.TryFor(wanted.ToString(), out _, out var unsupported))
        {
            return new UpgradePath { Refusal = unsupported };
        }

        if (!CiliumFacts.TryFor(installed.ToString(), out var current, out _))
        {
            return new UpgradePath
            {
                Refusal = $"Cilium {installed} is installed, of which nothing is known here (supported: {CiliumFacts.SupportedRange}); bring it to a supported minor first",
            };
        }

        var order = wanted.CompareTo(installed);
        if (order == 0)
        {
            return new UpgradePath();
        }

        if (installed.SameMinor(wanted))
        {
            return new UpgradePath { Hops = [new UpgradeHop(installed, wanted, order > 0 ? "a newer patch" : "an older patch of the same minor")] };
        }

        return order < 0 ? Down(installed, wanted) : Up(installed, wanted, current);
    }

    private static UpgradePath Down(CiliumVersion installed, CiliumVersion wanted)
    {
        var below = CiliumFacts.LatestPatches.LastOrDefault(v => v < installed && !v.SameMinor(installed));
        return below is not null && below.SameMinor(wanted)
            ? new UpgradePath { Hops = [new UpgradeHop(installed, wanted, "one minor back")] }
            : new UpgradePath { Refusal = $"from {installed} Cilium goes back one minor at most: {(below is null ? "there is none that is supported" : $"{below.MinorName} is the one")}" };
    }

    private static UpgradePath Up(CiliumVersion installed, CiliumVersion wanted, CiliumFacts current)
    {
        var hops = new List<UpgradeHop>();
        var at = installed;
        void Go(CiliumVersion to, string because)
        {
            hops.Add(new UpgradeHop(at, to, because) { Notes = at.SameMinor(to) ? [] : NotesOf(to) });
            at = to;
        }

        if (current.LatestPatch > installed)
        {
            Go(current.LatestPatch, "Cilium is upgraded from the latest patch of its minor only");
        }

        foreach (var between in CiliumFacts.LatestPatches.Where(v => v > at && v < wanted && !v.SameMinor(wanted) && !v.SameMinor(installed)))
        {
            Go(between, "one minor at a time");
        }

        Go(wanted, "the wanted version");
        return new UpgradePath { Hops = hops };
    }

    private static List<string> NotesOf(CiliumVersion version) =>
        [.. FactsDocuments.UpgradeNotes.Notes.Where(n => n.Minor == version.MinorName).Select(n => n.Note)];
}
