using System.Net;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// HTTPS_PROXY, HTTP_PROXY and NO_PROXY as Go reads them, since people set them for kubectl: CIDRs, domain suffixes with or
/// without a leading dot, host:port and * (.NET's own reading knows no CIDRs). Loopback is never proxied.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _https;
    private readonly Uri? _http;
    private readonly string[] _except;

    public EnvironmentProxy(Func<string, string?> environment)
    {
        string? Read(string name) => environment(name) is { Length: > 0 } upper ? upper : environment(name.ToLowerInvariant());
        _https = Parse(Read("HTTPS_PROXY"));
        _http = Parse(Read("HTTP_PROXY"));
        _except = (Read("NO_PROXY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public ICredentials? Credentials { get; set; } = new ProxyUserInfo();

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : destination.Scheme is "https" or "wss" ? _https : _http;

    public bool IsBypassed(Uri host)
    {
        if ((host.Scheme is "https" or "wss" ? _https : _http) is null || host.IsLoopback)
        {
            return true;
        }

        var isAddress = IPAddress.TryParse(host.IdnHost, out var address);
        return _except.Any(entry => Excepts(entry, host, isAddress ? address : null));
    }

    private static bool Excepts(string entry, Uri host, IPAddress? address)
    {
        if (entry == "*")
        {
            return true;
        }

        if (IPNetwork.TryParse(entry, out var network))
        {
            return address is not null && address.AddressFamily == network.BaseAddress.AddressFamily && network.Contains(address);
        }

        if (IPAddress.TryParse(entry, out var except))
        {
            return except.Equals(address);
        }

        var name = entry;
        var colon = entry.LastIndexOf(':');
        if (colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out var port))
        {
            if (port != host.Port)
            {
                return false;
            }

            name = entry[..colon].Trim('[', ']');
        }

        if (name.StartsWith("*.", StringComparison.Ordinal))
        {
            name = name[1..];
        }

        return host.IdnHost.Equals(name.TrimStart('.'), StringComparison.OrdinalIgnoreCase) && !name.StartsWith('.')
            || host.IdnHost.EndsWith(name.StartsWith('.') ? name : $".{name}", StringComparison.OrdinalIgnoreCase);
    }

    private static Uri? Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var uri) ? uri : null;
}

/// <summary>The user:password@ of the proxy's own URL.</summary>
internal sealed class ProxyUserInfo : ICredentials
{
    public NetworkCredential? GetCredential(Uri uri, string authType)
    {
        var parts = uri.UserInfo.Split(':', 2);
        return parts[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
