using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>The string formats that apiextensions checks; any other is a comment.</summary>
internal static partial class Formats
{
    public static bool Matches(string format, string text) => format switch
    {
        "date-time" or "datetime" => DateTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => Date().IsMatch(text) && DateOnly.TryParse(text, CultureInfo.InvariantCulture, out _),
        "ipv4" => IPAddress.TryParse(text, out var v4) && v4.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') == 3,
        "ipv6" => IPAddress.TryParse(text, out var v6) && v6.AddressFamily == AddressFamily.InterNetworkV6 && !text.Contains('%', StringComparison.Ordinal),
        "cidr" => IsCidr(text),
        "mac" => Mac().IsMatch(text),
        "uuid" => Guid.TryParse(text, out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "hostname" => text.Length <= 253 && Hostname().IsMatch(text),
        "email" => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1,
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "duration" => GoDuration().IsMatch(text),
        _ => true,
    };

    public static bool IsCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && !text.Contains('%', StringComparison.Ordinal)
            && IPAddress.TryParse(text.AsSpan(0, slash), out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.AsSpan(0, slash).Count('.') == 3)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            && prefix <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\z")]
    private static partial Regex DateTime();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}\z")]
    private static partial Regex Date();

    [GeneratedRegex("^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\\z")]
    private static partial Regex Mac();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z")]
    private static partial Regex Hostname();

    [GeneratedRegex(@"^-?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+\z")]
    private static partial Regex GoDuration();
}
