using System.Globalization;
using System.Text.RegularExpressions;

namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>Timestamps and durations. null: no such overload here.</summary>
internal static partial class CelTimes
{
    public static object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        ("timestamp", [DateTimeOffset time]) => time,
        ("timestamp", [string text]) => Formats.Matches("date-time", text) ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : throw new CelException($"invalid timestamp \"{text}\""),
        ("timestamp", [long seconds and >= -62135596800 and <= 253402300799]) => DateTimeOffset.FromUnixTimeSeconds(seconds),
        ("duration", [TimeSpan span]) => span,
        ("duration", [string text]) => Duration(text),
        ("getFullYear", [DateTimeOffset time]) => (long)time.UtcDateTime.Year,
        ("getMonth", [DateTimeOffset time]) => time.UtcDateTime.Month - 1L,
        ("getDate", [DateTimeOffset time]) => (long)time.UtcDateTime.Day,
        ("getDayOfWeek", [DateTimeOffset time]) => (long)time.UtcDateTime.DayOfWeek,
        ("getHours", [DateTimeOffset time]) => (long)time.UtcDateTime.Hour,
        ("getMinutes", [DateTimeOffset time]) => (long)time.UtcDateTime.Minute,
        ("getSeconds", [DateTimeOffset time]) => (long)time.UtcDateTime.Second,
        ("getHours", [TimeSpan span]) => (long)span.TotalHours,
        ("getMinutes", [TimeSpan span]) => (long)span.TotalMinutes,
        ("getSeconds", [TimeSpan span]) => (long)span.TotalSeconds,
        ("getMilliseconds", [TimeSpan span]) => (long)span.TotalMilliseconds,
        _ => null,
    };

    private static TimeSpan Duration(string text)
    {
        if (!Whole().IsMatch(text))
        {
            throw new CelException($"time: invalid duration \"{text}\"");
        }

        var sum = Part().Matches(text).Sum(part => double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * Milliseconds(part.Groups[2].Value));
        return sum < TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromMilliseconds(text.StartsWith('-') ? -sum : sum) : throw new CelException($"time: invalid duration \"{text}\"");
    }

    private static double Milliseconds(string unit) => unit switch
    {
        "h" => 3_600_000,
        "m" => 60_000,
        "s" => 1000,
        "ms" => 1,
        "us" or "µs" => 0.001,
        _ => 0.000001,
    };

    [GeneratedRegex(@"^[+-]?(0|([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]*)?)(ns|us|µs|ms|s|m|h)")]
    private static partial Regex Part();
}
