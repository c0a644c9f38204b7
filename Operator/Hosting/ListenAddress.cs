namespace NetProfile.Hosting;

/// <summary>host:port as people write it → the URL that Kestrel takes. Without a host it means all interfaces.</summary>
internal static class ListenAddress
{
    public static string Url(string address)
    {
        var colon = address.LastIndexOf(':');
        var host = colon < 0 ? "" : address[..colon];
        var port = address[(colon + 1)..];
        return host switch
        {
            "" => $"http://*:{port}",
            _ when host.Contains(':', StringComparison.Ordinal) && host[0] != '[' => $"http://[{host}]:{port}",
            _ => $"http://{host}:{port}",
        };
    }
}
