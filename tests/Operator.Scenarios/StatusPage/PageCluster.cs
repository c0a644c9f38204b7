using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetProfile.Crds;
using NetProfile.Hosting.StatusPage;
using NetProfile.Kubernetes;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles;
using NetProfile.Processes;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.StatusPage;

/// <summary>The page with its caches on a cluster in which nobody acts: each object is as the test wrote it.</summary>
internal sealed class PageCluster : IAsyncDisposable
{
    public const string Profiles = "networkprofiles.netprofile.io";
    public const string Networks = "nodenetworks.netprofile.io";

    private readonly LivingCluster _living;
    private readonly string _folder;
    private IHost? _host;

    private PageCluster(LivingCluster living, string folder) => (_living, _folder) = (living, folder);

    public ObjectStore Store => _living.Store;

    public IReadOnlyList<RequestEntry> Requests => _living.Api.Requests.All;

    public Uri Address => _host!.Services.GetRequiredService<StatusPageServer>().Address;

    public static async Task<PageCluster> StartAsync(int nodes, params string[] hosts)
    {
        var builder = CrdManifests.All.Aggregate(new ClusterBuilder().WithNodes(nodes), (cluster, crd) => cluster.With(crd.Yaml));
        var cluster = new PageCluster(await builder.StartAsync(TestContext.Current.CancellationToken), Directory.CreateTempSubdirectory("netprofile-page-").FullName);
        foreach (var node in cluster.Store.List("nodes"))
        {
            cluster.Store.ModifyStatus("nodes", null, (string)node["metadata"]!["name"]!, n => n["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }));
        }

        await cluster.ServeAsync(hosts);
        return cluster;
    }

    /// <summary>Ends the server, as a restart of the operator does.</summary>
    public async Task StopServingAsync()
    {
        await _host!.StopAsync(TestContext.Current.CancellationToken);
        _host.Dispose();
        _host = null;
    }

    public void AddProfile(JsonObject status, string name = "cluster")
    {
        Store.Create(Profiles, JsonNode.Parse($$"""
            {
              "apiVersion": "netprofile.io/v1alpha1", "kind": "NetworkProfile", "metadata": { "name": "{{name}}" },
              "spec": { "cilium": { "version": "1.19.6" }, "routing": { "mode": "Native" }, "ipam": { "mode": "ClusterPool", "ipv4PodCIDRs": ["10.245.0.0/16"] } }
            }
            """)!.AsObject());
        ChangeStatus(target => Replace(target, status), name);
    }

    public void ChangeStatus(Action<JsonObject> change, string name = "cluster") =>
        Store.ModifyStatus(Profiles, null, name, profile => change((profile["status"] ??= new JsonObject()).AsObject()));

    /// <summary>A ready agent on this node.</summary>
    public void AddAgent(int node)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"cilium-{node}");
        Store.Create("pods", JsonNode.Parse(string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "apiVersion": "v1", "kind": "Pod",
              "metadata": { "name": "{{name}}", "namespace": "kube-system", "labels": { "k8s-app": "cilium", "app.kubernetes.io/part-of": "cilium" } },
              "spec": { "nodeName": "node{{node}}", "containers": [{ "name": "cilium-agent", "image": "quay.io/cilium/cilium:v1.19.6@sha256:0000" }] }
            }
            """))!.AsObject());
        Store.ModifyStatus("pods", "kube-system", name, pod => pod["status"] = JsonNode.Parse("""
            { "phase": "Running", "conditions": [{ "type": "Ready", "status": "True", "lastTransitionTime": "2026-03-01T09:59:30Z" }] }
            """));
    }

    /// <summary>Where a node stands in the migration, as the operator writes it.</summary>
    public void Migrate(int node, string state, string? message = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"node{node}");
        if (Store.Get(Networks, null, name) is null)
        {
            Store.Create(Networks, new JsonObject { ["apiVersion"] = "netprofile.io/v1alpha1", ["kind"] = "NodeNetwork", ["metadata"] = new JsonObject { ["name"] = name } });
        }

        Store.ModifyStatus(Networks, null, name, network => network["status"] = new JsonObject
        {
            ["migration"] = new JsonObject { ["state"] = state, ["since"] = "2026-03-01T10:00:00Z", ["message"] = message ?? "" },
            ["audit"] = state is "Cleaned" or "Verified" or "Done" ? "Clean" : "Dirty",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopServingAsync();
        }

        await _living.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Replace(JsonObject target, JsonObject with)
    {
        target.Clear();
        foreach (var (key, value) in with)
        {
            target[key] = value?.DeepClone();
        }
    }

    private async Task ServeAsync(IReadOnlyList<string> hosts)
    {
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        _living.Api.WriteKubeconfig(kubeconfig);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IProcessRunner>(new ProcessRunner(TimeProvider.System));
        builder.Services.AddKubernetes(new KubernetesOptions { FieldManager = "test", ReportingController = "netprofile.io/test", Client = new ClientConfigurationOptions { KubeConfig = kubeconfig } });
        builder.Services.AddSingleton<ClusterCaches>();
        builder.Services.AddStatusPage(new StatusPageOptions { Address = "127.0.0.1:0", Hosts = hosts });
        _host = builder.Build();
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }
}
