using System.Text.Json.Nodes;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Processes;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Charts;

namespace NetProfile.Operator.Scenarios.Helm;

/// <summary>A simulated API server, and a HelmClient with a real helm that works on it.</summary>
internal sealed class HelmCluster : IAsyncDisposable
{
    public static readonly HelmReleaseName Release = new("kube-system", "cilium");

    private readonly string directory;
    private readonly KubernetesClient kubernetes;
    private readonly ProcessRunner processes = new(TimeProvider.System);
    private readonly string program;

    private HelmCluster(Cluster cluster, string directory, string program)
    {
        Cluster = cluster;
        this.directory = directory;
        this.program = program;
        KubeConfig = Path.Combine(directory, "kubeconfig");
        cluster.WriteKubeconfig(KubeConfig);
        kubernetes = new KubernetesClient(ClientConfiguration.FromKubeConfig([KubeConfig], null, processes, TimeProvider.System), TimeProvider.System);
        Helm = Client(KubeConfig);
    }

    public static TheoryData<int> Majors => [3, 4];

    public Cluster Cluster { get; }

    public string KubeConfig { get; }

    public HelmClient Helm { get; }

    public static async Task<HelmCluster> StartAsync(int major)
    {
        var program = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", $"helm{major}", "helm");
        Assert.SkipUnless(File.Exists(program), $"helm {major} is not installed: make tools");
        var cluster = await Cluster.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        return new HelmCluster(cluster, Directory.CreateTempSubdirectory("netprofile-scenario-").FullName, program);
    }

    /// <summary>A client whose helm can be killed by <see cref="KillHelmAsync"/>: a script writes down its process id, then becomes helm.</summary>
    public HelmClient Killable()
    {
        var script = Path.Combine(directory, "killable-helm");
        File.WriteAllText(script, $"#!/bin/sh\necho $$ > {directory}/pid\nexec {program} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Client(KubeConfig, options => options with { Program = script });
    }

    public async Task KillHelmAsync()
    {
        var pid = (await File.ReadAllTextAsync(Path.Combine(directory, "pid"), TestContext.Current.CancellationToken)).Trim();
        var spec = new ProcessSpec { FileName = "sh", Arguments = ["-c", $"kill -9 {pid}"], Timeout = TimeSpan.FromMinutes(1) };
        await processes.RunAsync(spec, TestContext.Current.CancellationToken);
    }

    public HelmClient As(string serviceAccountNamespace, string serviceAccount)
    {
        var path = Path.Combine(directory, $"kubeconfig-{serviceAccount}");
        File.WriteAllText(path, Cluster.KubeconfigOf(serviceAccountNamespace, serviceAccount));
        return Client(path);
    }

    public HelmUpgrade Upgrade(JsonObject values, int revision, string version = "1.19.6")
    {
        var package = ChartPackage.Cilium(version);
        return new HelmUpgrade
        {
            Release = Release,
            Chart = new LocalChart { Path = package.WriteTo(directory), Version = version, Digest = package.Digest },
            Values = values,
            Timeout = TimeSpan.FromMinutes(1),
            Labels = new HelmMark { Profile = "cluster", Revision = revision, ValuesDigest = ValuesDigest.Of(values), ChartDigest = package.Digest, Holder = "pod-a.1" }.ToLabels(),
        };
    }

    public async Task<HelmDecision> DecideAsync(JsonObject values, string version = "1.19.6") => HelmDecision.Decide(
        await Helm.GetHistoryAsync(Release, TestContext.Current.CancellationToken),
        new HelmDesired { Profile = "cluster", ChartName = "cilium", ChartVersion = version, ValuesDigest = ValuesDigest.Of(values) });

    public Task PatchAsync(string path, JsonObject patch, string manager) => kubernetes.SendAsync(
        HttpMethod.Patch, $"{path}?fieldManager={manager}", patch, "application/merge-patch+json", TestContext.Current.CancellationToken);

    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(program, arguments);

    public async ValueTask DisposeAsync()
    {
        Helm.Dispose();
        kubernetes.Dispose();
        await Cluster.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string helm, string[] arguments)
    {
        var spec = new ProcessSpec
        {
            FileName = helm,
            Arguments = [.. arguments, $"--kubeconfig={KubeConfig}"],
            Environment = new Dictionary<string, string?> { ["HELM_CACHE_HOME"] = directory, ["HELM_CONFIG_HOME"] = directory, ["HELM_DATA_HOME"] = directory },
            Timeout = TimeSpan.FromMinutes(1),
        };
        var result = await processes.RunAsync(spec, TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput, result.StandardError);
    }

    private HelmClient Client(string kubeConfig, Func<HelmOptions, HelmOptions>? change = null)
    {
        var options = new HelmOptions { Program = program, CacheDirectory = Path.Combine(directory, "charts") };
        return new HelmClient(processes, kubernetes, () => new HelmConnection { KubeConfig = kubeConfig }, change?.Invoke(options) ?? options, TimeProvider.System);
    }
}
