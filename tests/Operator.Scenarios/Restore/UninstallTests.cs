using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Restore;

/// <summary>Deleting a profile with Uninstall or Purge: what goes, what stays, and that nobody waits without knowing for what.</summary>
public sealed class UninstallTests
{
    private const string Definitions = "customresourcedefinitions.apiextensions.k8s.io";

    private const string Tetragon = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: tracingpolicies.cilium.io}
        spec:
          group: cilium.io
          scope: Cluster
          names: {kind: TracingPolicy, plural: tracingpolicies}
          versions: [{name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        """;

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Nothing_of_Cilium_is_left_on_any_node_and_its_definitions_stay(int helm)
    {
        await using var cluster = await InstalledAsync("Uninstall", helm);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        await cluster.ReadyAsync();
        Taint(cluster, "node2");

        Delete(cluster);
        var waiting = await cluster.ConditionAsync("Reconciling", "True", "AwaitingApproval");
        var message = (string)ScenarioCluster.Condition(waiting, "Ready")!["message"]!;
        Assert.All(["3 nodes without a CNI plugin", "3 CiliumNode", "approved-plan=uninstall"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        cluster.Annotate("netprofile.io/approved-plan", "uninstall");
        await cluster.GoneAsync();

        Assert.Empty(cluster.Revisions());
        Assert.All(Nodes, node => Assert.Empty(TracesOn(cluster, node)));
        Assert.All(Nodes, node => Assert.DoesNotContain("agent-not-ready", cluster.Store.Get("nodes", null, node)!["spec"]!.ToJsonString(), StringComparison.Ordinal));
        Assert.NotNull(cluster.Store.Get(Definitions, null, "ciliumnodes.cilium.io"));
        await cluster.StoreAsync("daemonsets.apps", store => store.Get("daemonsets.apps", "kube-system", "netprofile-node-agent") is null);
        Assert.Empty(cluster.Store.List(NodeAgents.Objects));
    }

    [Fact]
    public async Task Purge_says_how_many_objects_go_and_which_one_holds_it_up_and_takes_no_definition_of_others()
    {
        await using var cluster = await InstalledAsync("Purge", change: Tetragon);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        await cluster.ReadyAsync();

        cluster.Store.Modify(Definitions, null, "ciliumnetworkpolicies.cilium.io", definition => definition["metadata"]!["finalizers"] = new JsonArray("apiextensions.k8s.io/customresourcecleanup"));
        cluster.Store.Create("ciliumnetworkpolicies.cilium.io", JsonNode.Parse("""
            {"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"mine","namespace":"default","finalizers":["example.com/hold"]},"spec":{}}
            """)!.AsObject());

        Delete(cluster);
        var waiting = await cluster.ConditionAsync("Reconciling", "True", "AwaitingApproval");
        var message = (string)ScenarioCluster.Condition(waiting, "Ready")!["message"]!;
        Assert.All(["With Purge these go for good: ", "3 CiliumNode", "1 CiliumNetworkPolicy", "approved-plan=purge"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        cluster.Annotate("netprofile.io/approved-plan", "uninstall");
        Assert.NotNull(cluster.Profile());
        cluster.Annotate("netprofile.io/approved-plan", "purge");

        // The API server's own finalizer waits for the objects, and one of those is held.
        var stuck = await cluster.UntilAsync(profile => (string?)ScenarioCluster.Condition(profile, "Reconciling")?["reason"] == "ProgressingWithRetry", "what holds it");
        message = (string)ScenarioCluster.Condition(stuck, "Ready")!["message"]!;
        Assert.All(["ciliumnetworkpolicies.cilium.io (1 CiliumNetworkPolicy)", "default/mine by finalizer example.com/hold"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        cluster.Store.Modify("ciliumnetworkpolicies.cilium.io", "default", "mine", policy => policy["metadata"]!.AsObject().Remove("finalizers"));
        cluster.Store.Modify(Definitions, null, "ciliumnetworkpolicies.cilium.io", definition => definition["metadata"]!.AsObject().Remove("finalizers"));
        await cluster.GoneAsync();

        Assert.Equal(["tracingpolicies.cilium.io"], cluster.Store.List(Definitions).Select(d => (string)d["metadata"]!["name"]!).Where(name => name.EndsWith(".cilium.io", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_that_is_down_is_left_after_a_while_and_one_that_cannot_be_cleaned_is_named_with_a_way_on()
    {
        await using var cluster = await InstalledAsync("Uninstall");
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await cluster.ReadyAsync();
        cluster.Living.ChangeHost("node3", host => host.Knobs.Unreachable = true);
        cluster.Living.ChangeHost("node2", host => host.Files["/etc/cni/net.d/05-cilium.conf"] = "somebody else's");
        await cluster.StoreAsync("nodes", store => store.Get("nodes", null, "node3")!["status"]!.ToJsonString().Contains("NodeStatusUnknown", StringComparison.Ordinal));

        Delete(cluster);
        cluster.Annotate("netprofile.io/approved-plan", "uninstall");
        var stuck = await Passing.FromNowUntilAsync(cluster, clock, profile => (string?)ScenarioCluster.Condition(profile, "NodesClean")?["reason"] == "ResiduesLeft");

        var message = (string)ScenarioCluster.Condition(stuck, "NodesClean")!["message"]!;
        Assert.All(["1 of 3 are clean", "node2", "05-cilium.conf", "kubectl label node node2 netprofile.io/skip=", "deletionPolicy to Retain"], word => Assert.Contains(word, message, StringComparison.Ordinal));

        cluster.Store.Modify("nodes", null, "node2", node => node["metadata"]!["labels"]!["netprofile.io/skip"] = "");
        await cluster.GoneAsync();
        Assert.NotEmpty(TracesOn(cluster, "node3"));
        Assert.Empty(TracesOn(cluster, "node1"));
    }

    [Fact]
    public async Task A_profile_that_has_installed_nothing_goes_at_once()
    {
        await using var cluster = await InstalledAsync("Uninstall");
        cluster.ChangeSpec(spec => spec["suspend"] = true);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        await cluster.ConditionAsync("Ready", "False", "Suspended");

        Delete(cluster);

        await cluster.GoneAsync();
        Assert.Empty(cluster.Store.List(NodeAgents.Objects));
    }

    private static readonly string[] Nodes = ["node1", "node2", "node3"];

    private static async Task<ScenarioCluster> InstalledAsync(string policy, int helm = 4, string? change = null)
    {
        var cluster = await ScenarioCluster.StartAsync(helm, builder => change is null ? builder : builder.With(change));
        cluster.CreateProfile(change: spec => spec["deletionPolicy"] = policy);
        return cluster;
    }

    private static void Delete(ScenarioCluster cluster) => cluster.Store.Delete(ScenarioCluster.Profiles, null, "cluster");

    private static void Taint(ScenarioCluster cluster, string node) =>
        cluster.Store.Modify("nodes", null, node, value => (value["spec"]!.AsObject()["taints"] ??= new JsonArray()).AsArray().Add((JsonNode)new JsonObject { ["key"] = "node.cilium.io/agent-not-ready", ["effect"] = "NoSchedule" }));

    private static List<string> TracesOn(ScenarioCluster cluster, string node) => cluster.Living.Host(node, host => new List<string>(
    [
        .. host.Links.Keys.Where(name => name.StartsWith("cilium", StringComparison.Ordinal) || name.StartsWith("lxc", StringComparison.Ordinal)),
        .. host.Routes.Where(route => route.Protocol == "cilium").Select(route => route.Destination),
        .. host.Chains.Where(chain => chain.Name.StartsWith("CILIUM_", StringComparison.Ordinal)).Select(chain => chain.Name),
        .. host.Files.Keys.Where(path => path.Contains("cilium", StringComparison.Ordinal) && !path.StartsWith("/var/lib/netprofile", StringComparison.Ordinal)),
    ]));
}
