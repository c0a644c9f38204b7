namespace NetProfile.Helm;

public sealed record HelmOptions
{
    /// <summary>The helm program: a path, or a name that is looked for on PATH.</summary>
    public string Program { get; init; } = "helm";

    /// <summary>Charts are kept here by content; survives restarts where it lies on a volume. Safe to share between processes.</summary>
    public string CacheDirectory { get; init; } = Path.Combine(Path.GetTempPath(), "netprofile-charts");

    /// <summary>PEM bundle that chart repositories and registries are verified by, in place of the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>
    /// A helm that runs when this program is asked to stop is waited for as long as this; only then it gets a SIGTERM
    /// (which makes it record the revision as failed), and a SIGKILL after <see cref="ProcessGracePeriod"/>.
    /// </summary>
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan ProcessGracePeriod { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For one download of an index or a chart.</summary>
    public TimeSpan DownloadTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>NETPROFILE_HELM, NETPROFILE_CHART_CACHE and NETPROFILE_CHART_CA, where they are set.</summary>
    public static HelmOptions FromEnvironment()
    {
        var options = new HelmOptions { CertificateAuthorityFile = Variable("NETPROFILE_CHART_CA") };
        options = Variable("NETPROFILE_HELM") is { } program ? options with { Program = program } : options;
        return Variable("NETPROFILE_CHART_CACHE") is { } cache ? options with { CacheDirectory = cache } : options;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
