using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NetProfile.Cilium.Values;

/// <summary>host:port of an API server, IPv6 hosts in brackets; a port left out is 6443.</summary>
public sealed record ApiServerEndpoint(string Host, int Port)
{
    public string Url => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"https://[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"https://{Host}:{Port}");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiServerEndpoint? endpoint)
    {
        endpoint = null;
        var rest = (text ?? "").Trim();
        if (rest.StartsWith("https://", StringComparison.Ordinal))
        {
            rest = rest["https://".Length..].TrimEnd('/');
        }

        var port = 6443;
        string host;
        if (rest.StartsWith('['))
        {
            var end = rest.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < rest.Length && rest[end + 1] != ':'))
            {
                return false;
            }

            host = rest[1..end];
            rest = rest[(end + 1)..].TrimStart(':');
            if (!System.Net.IPAddress.TryParse(host, out _) || (rest.Length > 0 && !TryPort(rest, out port)))
            {
                return false;
            }
        }
        else
        {
            var colon = rest.LastIndexOf(':');
            host = colon < 0 ? rest : rest[..colon];
            if ((colon >= 0 && !TryPort(rest[(colon + 1)..], out port)) || Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
            {
                return false;
            }
        }

        endpoint = new ApiServerEndpoint(host, port);
        return true;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
