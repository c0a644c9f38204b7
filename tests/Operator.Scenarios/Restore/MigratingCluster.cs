using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Backups;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Building;

namespace NetProfile.Operator.Scenarios.Restore;

/// <summary>A cluster with Flannel, kube-proxy and workloads, the points of its migration from which there is a way back, and asking for it.</summary>
internal static class MigratingCluster
{
    public const string DaemonSets = "daemonsets.apps";

    private const string Workloads = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: web}]}
        """;

    private const string OfHelm = "a Helm release";

    private static readonly string[] s_nodes = ["node1", "node2", "node3"];

    private static readonly Dictionary<string, Func<ClusterBuilder, ClusterBuilder>> s_networks = new(StringComparer.Ordinal)
    {
        ["vxlan"] = b => b.WithFlannel(),
        ["canal"] = b => b.WithCanal(),
        ["dual stack"] = b => b.WithFlannel(f => f with { DualStack = true }),
        ["host-gw"] = b => b.WithFlannel(f => f with { Backend = "host-gw" }),
        [OfHelm] = b => b.With("{apiVersion: v1, kind: Namespace, metadata: {name: kube-flannel}}"),
    };

    /// <summary>Every pod runs in Flannel's network, and kube-proxy has made its rules.</summary>
    public static async Task<ScenarioCluster> StartAsync(int helmMajor = 4, Func<ClusterBuilder, ClusterBuilder>? change = null, string network = "vxlan")
    {
        var cluster = await ScenarioCluster.StartAsync(helmMajor, builder => (change ?? (b => b))(s_networks[network](builder).WithCoreDns().With(Workloads)));
        if (network == OfHelm)
        {
            await HelmByHand.RunAsync(cluster, ["install", "flannel", FlannelChart.WriteTo(cluster.Folder), "-n", "kube-flannel"]);
        }

        await cluster.StoreAsync("pods", _ => NetworkedPods(cluster) is { Count: >= 5 } pods && pods.All(PodHistory.IsReady) && s_nodes.All(node => cluster.Living.Host(node, host =>
            host.HasServiceRules && host.Links.Keys.Any(link => link == "cni0" || link.StartsWith("cali", StringComparison.Ordinal)))));
        return cluster;
    }

    /// <summary>Native routing without kube-proxy, pods side by side, nothing to be approved.</summary>
    public static void Overlap(JsonObject spec)
    {
        spec["approval"] = "Auto";
        spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true };
        spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true };
    }

    /// <summary>Flannel's own pod network is kept.</summary>
    public static void Recreate(JsonObject spec)
    {
        spec["approval"] = "Auto";
        spec["ipam"] = new JsonObject { ["mode"] = "Kubernetes" };
        spec["previousCNI"] = new JsonObject { ["strategy"] = "Recreate" };
    }

    public static Task ReachAsync(ScenarioCluster cluster, string boundary) => boundary switch
    {
        "backed up" => cluster.StoreAsync("secrets", store => store.Get("secrets", "kube-system", "netprofile-backup") is not null),
        "beside" => cluster.SecretAsync("1 deployed"),
        "moved" => cluster.StoreAsync("pods", _ => NetworkedPods(cluster) is { Count: >= 5 } pods && pods.All(pod => ((string?)pod["status"]!["podIP"])?.StartsWith("10.245.", StringComparison.Ordinal) ?? false)),
        "parked" => cluster.StoreAsync(DaemonSets, store => store.Get(DaemonSets, "kube-flannel", "kube-flannel-ds")!["spec"]!["template"]!["spec"]!["nodeSelector"]?["netprofile.io/parked"] is not null),
        "cleaned" => cluster.StoreAsync(NodeAgents.Objects, store => store.List(NodeAgents.Objects) is { Count: 3 } nodes && nodes.All(node => (string?)node["status"]?["audit"] == "Clean" && node["spec"]!["tasks"] is not null)),
        "final values" => cluster.SecretAsync("2 deployed"),
        "finished" => cluster.ReadyAsync(),
        _ => throw new ArgumentException(boundary, nameof(boundary)),
    };

    /// <summary>Asks for it, as the plugin does.</summary>
    public static void Ask(ScenarioCluster cluster, string action, string requestedAt) => cluster.Store.Modify(ScenarioCluster.Profiles, null, "cluster", profile =>
    {
        var annotations = profile["metadata"]!.AsObject()["annotations"] ??= new JsonObject();
        annotations["netprofile.io/action"] = action;
        annotations["netprofile.io/requestedAt"] = requestedAt;
    });

    public static void Withdraw(ScenarioCluster cluster) =>
        cluster.Store.Modify(ScenarioCluster.Profiles, null, "cluster", profile => profile["metadata"]!["annotations"]!.AsObject().Remove("netprofile.io/action"));

    /// <summary>The old network is back with every pod in it, and the agents on the nodes are gone.</summary>
    public static async Task<JsonObject> RestoredAsync(ScenarioCluster cluster)
    {
        var profile = await cluster.ConditionAsync("Ready", "False", "Restored");
        await cluster.StoreAsync(DaemonSets, store => store.Get(DaemonSets, "kube-system", "netprofile-node-agent") is null && store.List(NodeAgents.Objects).Count == 0);
        await cluster.StoreAsync("pods", _ => NetworkedPods(cluster).All(pod => pod["status"]?["podIP"] is not null));
        return profile;
    }

    public static IReadOnlyList<JsonObject> NetworkedPods(ScenarioCluster cluster) =>
        [.. cluster.Store.List("pods").Where(pod => (bool?)pod["spec"]!["hostNetwork"] != true && pod["metadata"]!["deletionTimestamp"] is null)];
}
