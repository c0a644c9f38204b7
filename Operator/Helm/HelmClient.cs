using System.Text;
using NetProfile.Helm.Charts;
using NetProfile.Helm.Releases;
using NetProfile.Kubernetes.Client;
using NetProfile.Processes;

namespace NetProfile.Helm;

/// <inheritdoc cref="IHelmClient"/>
public sealed class HelmClient : IHelmClient, IDisposable
{
    /// <summary>The longest that rendering a chart may take.</summary>
    private static readonly TimeSpan TemplateTimeout = TimeSpan.FromMinutes(1);

    private readonly HelmWorkspace workspace;
    private readonly HelmLocator locator;
    private readonly HelmCommand command;
    private readonly ReleaseStore? releases;
    private readonly HttpClient http;
    private readonly ChartFetcher charts;

    /// <summary>
    /// The connection is asked for before each call, since the API server's address can change. The client is null for use
    /// without a cluster (<c>netprofile values</c>): reads of releases then fail.
    /// </summary>
    public HelmClient(IProcessRunner processes, IKubernetesClient? client, Func<HelmConnection> connection, HelmOptions options, TimeProvider time)
    {
        workspace = new HelmWorkspace(connection);
        locator = new HelmLocator(processes, options);
        command = new HelmCommand(processes, locator, workspace, options, time);
        releases = client is null ? null : new ReleaseStore(client, time);
        http = RepositoryHttp.Create(options);
        charts = new ChartFetcher(new HttpChartRepository(http, options.DownloadTimeout, time), new OciCharts(command, options), new ChartCache(options.CacheDirectory));
    }

    /// <summary>For fetching and rendering by the helm that the environment names, and for reading releases where there is a client. It can't write.</summary>
    public static HelmClient ForReading(TimeProvider time, IKubernetesClient? client = null) =>
        new(new ProcessRunner(time), client, () => throw new InvalidOperationException("reading needs no helm that reaches the cluster"), HelmOptions.FromEnvironment(), time);

    private ReleaseStore Releases => releases ?? throw new InvalidOperationException("this HelmClient was made without a cluster");

    public Task<HelmProgram> GetProgramAsync(CancellationToken cancellationToken) => locator.LocateAsync(workspace.LocalEnvironment(), cancellationToken);

    public Task<IReadOnlyList<HelmRelease>> GetHistoryAsync(HelmReleaseName release, CancellationToken cancellationToken) => Releases.ListAsync(release, cancellationToken);

    public Task<HelmOutcome> UpgradeInstallAsync(HelmUpgrade request, CancellationToken cancellationToken) =>
        command.RunAsync(HelmVerb.Upgrade, flags => HelmArguments.Upgrade(request, flags), Values(request), request.Timeout, cancellationToken);

    public Task<HelmOutcome> TemplateAsync(HelmUpgrade request, CancellationToken cancellationToken) =>
        command.RunAsync(HelmVerb.Template, _ => HelmArguments.Template(request), Values(request), TemplateTimeout, cancellationToken);

    public Task<HelmOutcome> RollbackAsync(HelmReleaseName release, int revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        command.RunAsync(HelmVerb.Rollback, _ => HelmArguments.Rollback(release, revision, timeout), stdin: default, timeout, cancellationToken);

    public Task<HelmOutcome> UninstallAsync(HelmReleaseName release, TimeSpan timeout, CancellationToken cancellationToken) =>
        command.RunAsync(HelmVerb.Uninstall, _ => HelmArguments.Uninstall(release, timeout), stdin: default, timeout, cancellationToken);

    public Task<ChartOutcome> FetchChartAsync(HelmChart chart, CancellationToken cancellationToken) => charts.FetchAsync(chart, cancellationToken);

    public Task<bool> UnlockAsync(HelmReleaseName release, int revision, CancellationToken cancellationToken) =>
        Releases.UnlockAsync(release, revision, cancellationToken);

    public void Dispose()
    {
        http.Dispose();
        locator.Dispose();
        workspace.Dispose();
    }

    /// <summary>JSON is YAML, and escapes what YAML would trip over.</summary>
    private static byte[] Values(HelmUpgrade request) => Encoding.UTF8.GetBytes(request.Values.ToJsonString());
}
