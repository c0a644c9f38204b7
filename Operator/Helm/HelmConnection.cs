using System.Text.Json.Nodes;

namespace NetProfile.Helm;

/// <summary>
/// The API server that helm is to use: the one that this program itself uses. Reaches helm as a kubeconfig file that only we can
/// read, never on the command line, which every process of the node can see.
/// </summary>
public sealed record HelmConnection
{
    /// <summary>An existing kubeconfig (or several, with colons between them), passed on as it is; what is set below is not used then.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>The context within <see cref="KubeConfig"/>; null is the current one.</summary>
    public string? Context { get; init; }

    public Uri? Server { get; init; }

    public string? CertificateAuthorityFile { get; init; }

    public byte[]? CertificateAuthorityData { get; init; }

    public bool SkipTlsVerify { get; init; }

    public string? TlsServerName { get; init; }

    public Uri? Proxy { get; init; }

    /// <summary>Helm reads it again for each run, so a rotated token is followed.</summary>
    public string? TokenFile { get; init; }

    public string? Token { get; init; }

    public byte[]? ClientCertificateData { get; init; }

    public byte[]? ClientKeyData { get; init; }

    /// <summary>A kubeconfig with this one cluster and user, as JSON (which is YAML).</summary>
    public string ToKubeConfig()
    {
        var cluster = new JsonObject
        {
            ["server"] = (Server ?? throw new InvalidOperationException("a HelmConnection needs a KubeConfig or a Server")).ToString().TrimEnd('/'),
        };
        Add(cluster, "certificate-authority", CertificateAuthorityFile);
        Add(cluster, "certificate-authority-data", Base64(CertificateAuthorityData));
        Add(cluster, "tls-server-name", TlsServerName);
        Add(cluster, "proxy-url", Proxy?.ToString());
        if (SkipTlsVerify)
        {
            cluster["insecure-skip-tls-verify"] = true;
        }

        var user = new JsonObject();
        Add(user, "tokenFile", TokenFile);
        Add(user, "token", Token);
        Add(user, "client-certificate-data", Base64(ClientCertificateData));
        Add(user, "client-key-data", Base64(ClientKeyData));

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = "netprofile", ["cluster"] = cluster }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "netprofile", ["user"] = user }),
            ["contexts"] = new JsonArray(new JsonObject { ["name"] = "netprofile", ["context"] = new JsonObject { ["cluster"] = "netprofile", ["user"] = "netprofile" } }),
            ["current-context"] = "netprofile",
        }.ToJsonString();
    }

    private static void Add(JsonObject target, string key, string? value)
    {
        if (value is not null)
        {
            target[key] = value;
        }
    }

    private static string? Base64(byte[]? data) => data is null ? null : Convert.ToBase64String(data);
}
