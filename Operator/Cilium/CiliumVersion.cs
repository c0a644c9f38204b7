using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NetProfile.Cilium;

/// <summary>A Cilium release, ordered as semantic versioning orders it: 1.19.0-pre.4 &lt; 1.19.0-rc.0 &lt; 1.19.0. Build metadata is dropped.</summary>
public sealed partial record CiliumVersion(int Major, int Minor, int Patch, string PreRelease = "") : IComparable<CiliumVersion>
{
    public bool IsPreRelease => PreRelease.Length > 0;

    /// <summary>"1.19": what <c>upgradeCompatibility</c> and the tables of facts speak of.</summary>
    public string MinorName => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    public static bool TryParse(string? text, [NotNullWhen(true)] out CiliumVersion? version)
    {
        version = null;
        var match = Pattern().Match(text ?? "");
        if (!match.Success
            || !int.TryParse(match.Groups["major"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(match.Groups["minor"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            || !int.TryParse(match.Groups["patch"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var patch))
        {
            return false;
        }

        version = new CiliumVersion(major, minor, patch, match.Groups["pre"].Value);
        return true;
    }

    /// <exception cref="FormatException">Not a version of three numbers.</exception>
    public static CiliumVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not a Cilium version such as 1.19.6");

    public int CompareTo(CiliumVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers : ComparePreRelease(PreRelease, other.PreRelease);
    }

    /// <summary>How many minors <paramref name="other"/> is ahead; negative when it is behind.</summary>
    public int MinorsTo(CiliumVersion other) => (other.Major - Major) * 1000 + other.Minor - Minor;

    /// <summary>The name of the minor next to this one on the way to <paramref name="other"/>.</summary>
    public string NextMinorName(CiliumVersion other) => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor + Math.Sign(MinorsTo(other))}");

    public bool SameMinor(CiliumVersion other) => Major == other.Major && Minor == other.Minor;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}") + (IsPreRelease ? "-" + PreRelease : "");

    public static bool operator <(CiliumVersion left, CiliumVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(CiliumVersion left, CiliumVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(CiliumVersion left, CiliumVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(CiliumVersion left, CiliumVersion right) => left.CompareTo(right) >= 0;

    private static int ComparePreRelease(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return right.Length.CompareTo(left.Length) is var order && left.Length == right.Length ? 0 : order;
        }

        var a = left.Split('.');
        var b = right.Split('.');
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var aIsNumber = long.TryParse(a[i], NumberStyles.None, CultureInfo.InvariantCulture, out var aNumber);
            var bIsNumber = long.TryParse(b[i], NumberStyles.None, CultureInfo.InvariantCulture, out var bNumber);
            var order = (aIsNumber, bIsNumber) switch
            {
                (true, true) => aNumber.CompareTo(bNumber),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(a[i], b[i]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    [GeneratedRegex(@"^v?(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(-(?<pre>[0-9A-Za-z.-]+))?(\+[0-9A-Za-z.-]+)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
