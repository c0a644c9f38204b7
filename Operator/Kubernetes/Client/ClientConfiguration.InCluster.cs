using System.Globalization;

namespace NetProfile.Kubernetes.Client;

public sealed partial record ClientConfiguration
{
    /// <summary>Where the kubelet puts the service account.</summary>
    public const string ServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>
    /// The pod's service account. <paramref name="apiServers"/> ("host:port" or URLs) replaces the service's virtual IP, which is
    /// no good to a program that replaces what makes virtual IPs work.
    /// </summary>
    /// <exception cref="InvalidOperationException">Not in a pod.</exception>
    public static ClientConfiguration InCluster(
        TimeProvider clock,
        IReadOnlyList<string>? apiServers = null,
        Func<string, string?>? environment = null,
        string serviceAccountDirectory = ServiceAccountDirectory)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var tokenFile = Path.Combine(serviceAccountDirectory, "token");
        if (!File.Exists(tokenFile))
        {
            throw new InvalidOperationException($"not in a pod with a service account: there is no {tokenFile}");
        }

        var servers = apiServers is { Count: > 0 }
            ? apiServers.Select(ParseServer).ToList()
            : [ServiceAddress(environment) ?? throw new InvalidOperationException("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, and no API server address is given")];

        var authority = Path.Combine(serviceAccountDirectory, "ca.crt");
        var namespaceFile = Path.Combine(serviceAccountDirectory, "namespace");
        return new ClientConfiguration
        {
            Servers = servers,
            CertificateAuthority = File.Exists(authority) ? FileOrData.FromFile(authority) : null,
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
            Credentials = new TokenFileCredentials(tokenFile, clock),
        };
    }

    public static bool IsInCluster(Func<string, string?>? environment = null) =>
        ServiceAddress(environment ?? Environment.GetEnvironmentVariable) is not null && File.Exists(Path.Combine(ServiceAccountDirectory, "token"));

    /// <summary>"10.0.0.1:6443", "[fd00::1]:6443", "fd00::1", "api.example.com" or a URL; https and 443 unless said otherwise.</summary>
    public static Uri ParseServer(string address)
    {
        var text = address.Trim().TrimEnd('/');
        if (System.Net.IPAddress.TryParse(text, out var bare) && bare.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !text.StartsWith('['))
        {
            text = $"[{text}]";
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            text = $"https://{text}";
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http")
            ? uri
            : throw new FormatException($"'{address}' is not the address of an API server: host:port or a URL is expected");
    }

    private static Uri? ServiceAddress(Func<string, string?> environment)
    {
        var host = environment("KUBERNETES_SERVICE_HOST");
        var port = environment("KUBERNETES_SERVICE_PORT");
        return string.IsNullOrEmpty(host) || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? null
            : new UriBuilder("https", host, number).Uri;
    }
}
