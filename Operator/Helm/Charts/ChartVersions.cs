using System.Globalization;

namespace NetProfile.Helm.Charts;

/// <summary>"Did you mean": the versions that a person who wrote a version that does not exist may have meant.</summary>
public static class ChartVersions
{
    private const int Shown = 5;

    /// <summary>Those of the same minor, the closest patch first; else the newest of the closest minors.</summary>
    public static IReadOnlyList<string> Nearest(string wanted, IEnumerable<string> existing)
    {
        var versions = existing.Select(text => (Text: text, Version: Parse(text))).Where(v => v.Version is not null).Select(v => (v.Text, Version: v.Version!.Value)).ToArray();
        var stable = versions.Any(v => !v.Version.IsPrerelease) ? [.. versions.Where(v => !v.Version.IsPrerelease)] : versions;
        if (Parse(wanted) is not { } target)
        {
            return [.. stable.OrderByDescending(v => v.Version.Order).Take(Shown).Select(v => v.Text)];
        }

        var sameMinor = stable.Where(v => v.Version.Major == target.Major && v.Version.Minor == target.Minor).ToArray();
        if (sameMinor.Length > 0)
        {
            return [.. sameMinor.OrderBy(v => Math.Abs(v.Version.Patch - target.Patch)).ThenByDescending(v => v.Version.Patch).Take(Shown).Select(v => v.Text)];
        }

        return [.. stable
            .GroupBy(v => (v.Version.Major, v.Version.Minor))
            .OrderBy(g => Math.Abs(((g.Key.Major - target.Major) * 1000) + g.Key.Minor - target.Minor))
            .Take(3)
            .Select(g => g.MaxBy(v => v.Version.Patch).Text)];
    }

    public static bool AreSame(string one, string other) => Bare(one) == Bare(other);

    /// <summary>Charts are tagged with and without a v; build metadata does not tell versions apart.</summary>
    private static string Bare(string version) => (version.StartsWith('v') ? version[1..] : version).Split('+')[0];

    private static Semantic? Parse(string text)
    {
        var dash = Bare(text).Split('-', 2);
        var parts = dash[0].Split('.');
        return parts.Length == 3 && Number(parts[0], out var major) && Number(parts[1], out var minor) && Number(parts[2], out var patch)
            ? new Semantic(major, minor, patch, dash.Length > 1)
            : null;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private readonly record struct Semantic(int Major, int Minor, int Patch, bool IsPrerelease)
    {
        public long Order => (Major * 1_000_000_000_000L) + (Minor * 1_000_000L) + Patch;
    }
}
