using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Charts;

namespace NetProfile.Benchmarks;

/// <summary>A simulated cluster with our CRDs, a folder with the stand-in chart, and a NetworkProfile.</summary>
internal sealed class BenchmarkCluster : IAsyncDisposable
{
    private const string Profiles = "networkprofiles.netprofile.io";
    private const string CiliumVersion = "1.19.6";

    private readonly LivingCluster _living;
    private int _touches;

    private BenchmarkCluster(LivingCluster living, string folder, string chart) => (_living, Folder, Chart) = (living, folder, chart);

    public string Folder { get; }

    /// <summary>The chart's archive.</summary>
    public string Chart { get; }

    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    public static async Task<BenchmarkCluster> StartAsync(int nodes, CancellationToken cancellationToken)
    {
        var builder = new ClusterBuilder().WithNodes(nodes).WithKubeProxy().WithTimings(ActorTimings.Instant with { LeaseRenewal = TimeSpan.FromSeconds(10) });
        foreach (var crd in CrdManifests.All)
        {
            builder = builder.With(crd.Yaml);
        }

        var living = await builder.StartAsync(cancellationToken);
        living.RunInBackground();
        var folder = Directory.CreateTempSubdirectory("netprofile-bench-").FullName;
        var cluster = new BenchmarkCluster(living, folder, ChartPackage.Cilium(CiliumVersion).WriteTo(Path.Combine(folder, "charts")));
        living.Api.WriteKubeconfig(cluster.Kubeconfig);
        return cluster;
    }

    public void CreateProfile() => _living.Store.Create(Profiles, JsonNode.Parse($$"""
        {
          "apiVersion": "netprofile.io/v1alpha1", "kind": "NetworkProfile", "metadata": { "name": "cluster" },
          "spec": {
            "cilium": { "version": "{{CiliumVersion}}", "chart": { "repository": "{{Path.GetDirectoryName(Chart)}}" } },
            "routing": { "mode": "Tunnel" },
            "ipam": { "mode": "ClusterPool", "ipv4PodCIDRs": ["10.128.0.0/9"] },
            "hubble": { "relay": { "enabled": true }, "ui": { "enabled": true } }
          }
        }
        """)!.AsObject());

    public bool IsReady() =>
        (_living.Store.Get(Profiles, null, "cluster")?["status"]?["conditions"] as JsonArray)?
            .Any(c => (string?)c?["type"] == "Ready" && (string?)c["status"] == "True") ?? false;

    public string? ProfileResourceVersion() => (string?)_living.Store.Get(Profiles, null, "cluster")?["metadata"]?["resourceVersion"];

    /// <summary>Changes an object that the operator watches and has nothing to do for: one more look at the profile.</summary>
    public void Wake() => _living.Store.Modify("daemonsets.apps", "kube-system", "kube-proxy", daemonSet =>
    {
        var metadata = daemonSet["metadata"]!.AsObject();
        (metadata["annotations"] ??= new JsonObject())["example.com/touched"] = $"{++_touches}";
    });

    public void ForgetRequests() => _living.Api.Requests.Clear();

    public IReadOnlyList<RequestEntry> OperatorRequests() =>
        [.. _living.Api.Requests.All.Where(request => request.UserAgent.StartsWith("netprofile", StringComparison.Ordinal))];

    /// <summary>The requests of reconciles that are answered: neither the Lease nor the caches' watches.</summary>
    public int Answered() => OperatorRequests().Count(request => request is { Code: not 0, Verb: not "watch" } && !request.Resource.StartsWith("leases.", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _living.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
