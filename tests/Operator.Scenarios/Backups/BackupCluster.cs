using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Processes;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.Backups;

/// <summary>A cluster with Flannel and kube-proxy that stands still, and the backup's parts on it.</summary>
internal sealed class BackupCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netprofile-scenario-").FullName;
    private readonly LivingCluster _living;
    private readonly KubernetesClient _client;
    private readonly HelmClient _helm;

    private BackupCluster(LivingCluster living)
    {
        _living = living;
        var processes = new ProcessRunner(TimeProvider.System);
        living.Api.WriteKubeconfig(Kubeconfig);
        _client = new KubernetesClient(ClientConfiguration.FromKubeConfig([Kubeconfig], null, processes, TimeProvider.System), TimeProvider.System);
        _helm = new HelmClient(
            processes, _client, () => new HelmConnection { KubeConfig = Kubeconfig },
            new HelmOptions { Program = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "helm4", "helm"), CacheDirectory = Path.Combine(_folder, "charts") }, TimeProvider.System);
        Backup = new ManifestBackup(_client, TimeProvider.System, NullLogger<ManifestBackup>.Instance);
        Removal = new OldNetworkRemoval(_client, _helm, NullLogger<OldNetworkRemoval>.Instance);
    }

    public static V1Alpha1NetworkProfile Profile { get; } = new()
    {
        Metadata = new V1ObjectMeta { Name = "cluster", Uid = "p1" },
        Spec = new NetworkProfileSpec { Cilium = new CiliumSpec { Version = "1.19.6" }, KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true } },
    };

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public string Folder => _folder;

    public ObjectStore Store => _living.Store;

    public LivingCluster Living => _living;

    public ManifestBackup Backup { get; }

    public OldNetworkRemoval Removal { get; }

    public JsonObject Secret => Store.Get("secrets", "netprofile-system", "netprofile-backup")!;

    public static async Task<BackupCluster> StartAsync(Func<ClusterBuilder, ClusterBuilder>? change = null)
    {
        var builder = new ClusterBuilder().WithNodes(2).WithKubeProxy().With("{apiVersion: v1, kind: Namespace, metadata: {name: netprofile-system}}");
        return new BackupCluster(await (change ?? (b => b.WithFlannel()))(builder).StartAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>What the gatherer would read of it, as far as a backup asks.</summary>
    public async Task<NetworkProfileObservation> SeeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var daemonSets = (await _client.ListAllAsync<V1DaemonSet>(new ListOptions(), token)).Items;
        return new NetworkProfileObservation
        {
            ObservedAt = TimeProvider.System.GetUtcNow(),
            ProfileInForce = null,
            NamespaceExists = true,
            History = [],
            Holder = PendingHolder.None,
            ValuesFrom = new ValuesSources { Documents = [], Errors = [] },
            KubernetesVersion = "1.35.0",
            Nodes = (await _client.ListAllAsync<V1Node>(new ListOptions(), token)).Items,
            DaemonSets = daemonSets,
            CiliumDaemonSets = [],
            Deployments = [],
            Pods = [],
            CiliumConfig = null,
            ApiServerEndpoints = [],
            ClusterPodCidrs = [],
            ForeignOwner = null,
            NodeAgent = new NodeAgentLaunch { Namespace = "netprofile-system" },
            Migration = (await ReadAsync()).Record,
        };
    }

    public Task<MigrationReading> ReadAsync() => MigrationRecordReader.ReadAsync(_client, "netprofile-system", TestContext.Current.CancellationToken);

    public async Task<BackupOutcome> TakeAsync(V1Alpha1NetworkProfile? profile = null) =>
        await Backup.TakeAsync(profile ?? Profile, await SeeAsync(), MigrationStrategy.Overlap, TestContext.Current.CancellationToken);

    public async Task<MigrationRecord> TakenAsync()
    {
        var outcome = await TakeAsync();
        Assert.Null(outcome.Problem);
        return outcome.Record!;
    }

    /// <summary>Deletes as often as it says that it isn't done, with everything that the cluster does in between.</summary>
    public async Task<RemovalOutcome> RemoveAsync(MigrationRecord record)
    {
        for (var round = 0; round < 10; round++)
        {
            var outcome = await Removal.DeleteOldNetworkAsync(record, TestContext.Current.CancellationToken);
            if (outcome.Done || outcome.Failure is not null)
            {
                return outcome;
            }

            _living.Step();
        }

        throw new TimeoutException("the old network is not gone after ten rounds");
    }

    /// <summary>As the migration parks it.</summary>
    public void Park(string @namespace, string name) => Store.Modify("daemonsets.apps", @namespace, name, daemonSet =>
    {
        (daemonSet["metadata"]!.AsObject()["annotations"] ??= new JsonObject())["netprofile.io/parked"] = """{"nodeSelector":{}}""";
        (daemonSet["spec"]!["template"]!["spec"]!.AsObject()["nodeSelector"] ??= new JsonObject())["netprofile.io/parked"] = "true";
    });

    public async ValueTask DisposeAsync()
    {
        _helm.Dispose();
        _client.Dispose();
        await _living.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
