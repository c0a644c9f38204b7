using System.Globalization;

namespace NetProfile.Plugin.Views;

/// <summary>Lengths of time as kubectl writes them: the two largest units, and one of them where that is enough.</summary>
internal static class Ages
{
    public static string Of(DateTimeOffset? since, DateTimeOffset now) => since is { } time ? Of(now - time) : "";

    public static string Of(TimeSpan length)
    {
        var seconds = Math.Max(0, (long)length.TotalSeconds);
        return seconds switch
        {
            < 120 => Text($"{seconds}s"),
            < 600 => Two(seconds, 60, "m", 1, "s"),
            < 3 * 3600 => Text($"{seconds / 60}m"),
            < 8 * 3600 => Two(seconds, 3600, "h", 60, "m"),
            < 2 * 86400 => Text($"{seconds / 3600}h"),
            < 8 * 86400 => Two(seconds, 86400, "d", 3600, "h"),
            _ => Text($"{seconds / 86400}d"),
        };
    }

    private static string Two(long seconds, long large, string largeUnit, long small, string smallUnit) =>
        seconds % large / small == 0 ? Text($"{seconds / large}{largeUnit}") : Text($"{seconds / large}{largeUnit}{seconds % large / small}{smallUnit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
