namespace NetProfile.Kubernetes.Client;

/// <summary>
/// Where the API server is and who we are. Made by <see cref="Load"/>, <see cref="InCluster"/> or <see cref="FromKubeConfig"/>;
/// everything that can change on disk (certificates, tokens) is held as a source that is read again, not as a value.
/// </summary>
public sealed partial record ClientConfiguration
{
    /// <summary>Tried in order; the client stays with one until it stops answering. A path prefix is kept.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    public string Namespace { get; init; } = "default";

    /// <summary>PEM bundle; null trusts what the system trusts.</summary>
    public FileOrData? CertificateAuthority { get; init; }

    public bool SkipTlsVerify { get; init; }

    /// <summary>Checked against the server's certificate in place of the URL's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>proxy-url; null goes by HTTPS_PROXY, HTTP_PROXY and NO_PROXY.</summary>
    public Uri? Proxy { get; init; }

    public IClientCredentials Credentials { get; init; } = AnonymousCredentials.Instance;

    public Impersonation? Impersonate { get; init; }

    public double QueriesPerSecond { get; init; } = 50;

    public int Burst { get; init; } = 100;

    public string UserAgent { get; init; } = "netprofile";

    /// <summary>For one attempt of an ordinary request; lists get twice that.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A watch over HTTP/1.1 that is silent for this long is taken for dead (over HTTP/2 pings tell). Beginning again costs
    /// one request, since a watch goes on from where it was.
    /// </summary>
    public TimeSpan WatchIdleTimeout { get; init; } = TimeSpan.FromSeconds(45);
}

/// <summary>Who to act as; needs the <c>impersonate</c> right.</summary>
public sealed record Impersonation
{
    public required string User { get; init; }

    public string? Uid { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>Content given in place, or the file that has it and may be replaced while we run.</summary>
public sealed record FileOrData
{
    private FileOrData(string? path, byte[]? data)
    {
        Path = path;
        Data = data;
    }

    public string? Path { get; }

    private byte[]? Data { get; }

    public static FileOrData FromFile(string path) => new(path, null);

    public static FileOrData FromData(byte[] data) => new(null, data);

    public byte[] Read() => Data ?? File.ReadAllBytes(Path!);
}
