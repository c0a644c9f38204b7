using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NetProfile.Commands;

/// <summary>An option that takes Go's durations, as kubectl and cilium do: 90s, 5m, 1h30m.</summary>
internal static partial class DurationOption
{
    public static Option<TimeSpan> Create(string name, TimeSpan defaultValue, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Parse(text) is { } duration)
            {
                return duration;
            }

            result.AddError($"'{text}' is not a duration such as 90s, 5m or 1h30m.");
            return default;
        },
    };

    internal static TimeSpan? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        var match = Pattern().Match(text);
        if (text.Length == 0 || !match.Success)
        {
            return null;
        }

        return TimeSpan.FromHours(Number("h")) + TimeSpan.FromMinutes(Number("m")) + TimeSpan.FromSeconds(Number("s"));

        int Number(string unit) => match.Groups[unit].Success ? int.Parse(match.Groups[unit].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^((?<h>\d{1,6})h)?((?<m>\d{1,6})m)?((?<s>\d{1,6})s)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
