using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Crds.Schema;
using NetProfile.Crds.Schema.Validation;

namespace NetProfile.Commands.Validation;

/// <summary>An API server's words about a field ("Invalid value: … in body should match …") as a sentence that says what to write.</summary>
internal static partial class SchemaMessage
{
    private static readonly Dictionary<string, string> s_patterns = new(StringComparer.Ordinal)
    {
        [Patterns.Version] = "must be a version of three numbers, for instance 1.19.6",
        [Patterns.Sha256] = "must be sha256: and 64 hexadecimal digits in lower case",
        [Patterns.DnsLabel] = "must be a DNS label: lower-case letters, digits and '-', with a letter or digit at both ends",
        [Patterns.DnsSubdomain] = "must be a DNS name: lower-case letters, digits, '-' and '.', with a letter or digit at both ends",
        [Patterns.DataKey] = "must be a key of letters, digits, '-', '_' and '.'",
        [Patterns.Ipv4Cidr] = "must be an IPv4 CIDR, for instance 10.244.0.0/16",
        [Patterns.Ipv6Cidr] = "must be an IPv6 CIDR, for instance fd00::/48",
        [Patterns.HostPort] = "must be host:port, for instance 192.0.2.10:6443",
        [Patterns.ChartRepository] = "must be an https:// or oci:// address, or a path that starts with a slash",
        [Patterns.CountOrPercentage] = "must be a count from 1 on or a percentage from 1% to 100%",
        [Patterns.HubbleMetric] = "must be the name of a Hubble metric, with options behind a colon",
    };

    public static string Of(FieldError error, JsonNode? value)
    {
        if (error.Reason == FieldErrorReason.Required)
        {
            return "is required";
        }

        if (error.Reason == FieldErrorReason.NotSupported && SupportedValues().Match(error.Message) is { Success: true } supported)
        {
            var names = supported.Groups["values"].Value.Split(", ").Select(name => name.Trim('"')).ToList();
            return $"must be one of {string.Join(", ", names)}{Suggestion.For(JsonFields.Show(value), names)}";
        }

        if (error.Reason == FieldErrorReason.TypeInvalid && WrongType().Match(error.Message) is { Success: true } type)
        {
            return $"must be of type {type.Groups["wanted"].Value}, not {type.Groups["found"].Value}";
        }

        var rule = AfterInBody(error);
        return Pattern().Match(rule) is { Success: true } pattern && s_patterns.TryGetValue(pattern.Groups["pattern"].Value, out var words) ? words : rule;
    }

    private static string AfterInBody(FieldError error)
    {
        var marker = $"{error.Field} in body ";
        var at = error.Message.IndexOf(marker, StringComparison.Ordinal);
        return at >= 0 ? error.Message[(at + marker.Length)..] : error.Message;
    }

    [GeneratedRegex("supported values: (?<values>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SupportedValues();

    [GeneratedRegex("must be of type (?<wanted>[^:]+): \"?(?<found>[^\"]*)\"?$", RegexOptions.ExplicitCapture)]
    private static partial Regex WrongType();

    [GeneratedRegex("^should match '(?<pattern>.*)'$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
