using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Access;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>What only the simulated cluster has: controllers, faults, logs, exec, budgets.</summary>
public sealed class SimulatedClusterTests(SimulatedServer server) : IClassFixture<SimulatedServer>
{
    private readonly ApiClient api = server.Client;
    private readonly Cluster cluster = server.Cluster;

    [Theory]
    [InlineData("Background", true)]
    [InlineData("Foreground", true)]
    [InlineData("Orphan", false)]
    public async Task Dependents_follow_their_owner_by_the_policy(string policy, bool gone)
    {
        var ns = await Given.NamespaceAsync(api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        var owner = (await api.PostAsync(url, """{"metadata":{"name":"owner"}}""")).Object;
        await api.PostAsync(url, $$"""{"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{owner["metadata"]!["uid"]}}","blockOwnerDeletion":true}] } }""");
        await api.DeleteAsync($"{url}/owner", $$"""{"propagationPolicy":"{{policy}}"}""");
        Assert.Equal(404, (await api.GetAsync($"{url}/owner")).Code);
        Assert.Equal(gone ? 404 : 200, (await api.GetAsync($"{url}/child")).Code);
    }

    [Fact]
    public async Task Namespace_terminates_when_its_content_is_gone()
    {
        var ns = await Given.NamespaceAsync(api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        await api.PostAsync(url, """{"metadata":{"name":"hold","finalizers":["example.com/hold"]}}""");
        await api.DeleteAsync($"/api/v1/namespaces/{ns}");
        Assert.Equal("Terminating", (await api.GetAsync($"/api/v1/namespaces/{ns}")).Object["status"]!["phase"]!.ToString());
        var late = await api.PostAsync(url, """{"metadata":{"name":"late"}}""");
        Assert.Equal((403, $"configmaps \"late\" is forbidden: unable to create new content in namespace {ns} because it is being terminated"), (late.Code, late.Message));
        Assert.Equal("NamespaceTerminating", late.Object["details"]!["causes"]![0]!["reason"]!.ToString());
        await api.MergeAsync($"{url}/hold", """{"metadata":{"finalizers":null}}""");
        Assert.Equal(404, (await api.GetAsync($"/api/v1/namespaces/{ns}")).Code);
    }

    [Fact]
    public async Task Scheduled_pod_is_deleted_gracefully_and_then_by_its_kubelet()
    {
        var ns = await Given.NamespaceAsync(api);
        Pod(ns, "p", "node-1");
        var marked = await api.DeleteAsync($"/api/v1/namespaces/{ns}/pods/p");
        Assert.Equal("30", marked.Object["metadata"]!["deletionGracePeriodSeconds"]!.ToString());
        Assert.Equal(200, (await api.GetAsync($"/api/v1/namespaces/{ns}/pods/p")).Code);
        await api.DeleteAsync($"/api/v1/namespaces/{ns}/pods/p", """{"gracePeriodSeconds":0}""");
        Assert.Equal(404, (await api.GetAsync($"/api/v1/namespaces/{ns}/pods/p")).Code);
    }

    [Fact]
    public async Task Eviction_respects_a_disruption_budget()
    {
        var ns = await Given.NamespaceAsync(api);
        Pod(ns, "p", "node-1");
        cluster.Store.ModifyStatus("pods", ns, "p", pod => pod["status"] = JsonNode.Parse("""{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}"""));
        await api.PostAsync($"/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets", """{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"p"}}}}""");
        cluster.Store.ModifyStatus("poddisruptionbudgets.policy", ns, "b", budget => budget["status"] = JsonNode.Parse("""{"observedGeneration":1,"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}"""));
        var refused = await EvictAsync(ns);
        Assert.Equal((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (refused.Code, refused.Reason, refused.Message));
        Assert.Equal("DisruptionBudget", refused.Object["details"]!["causes"]![0]!["reason"]!.ToString());
        Assert.Equal("The disruption budget b needs 1 healthy pods and has 1 currently", refused.Object["details"]!["causes"]![0]!["message"]!.ToString());
        cluster.Store.ModifyStatus("poddisruptionbudgets.policy", ns, "b", budget => budget["status"]!["disruptionsAllowed"] = 1);
        Assert.Equal(201, (await EvictAsync(ns)).Code);
        Assert.Equal("0", cluster.Store.Get("poddisruptionbudgets.policy", ns, "b")!["status"]!["disruptionsAllowed"]!.ToString());
    }

    [Fact]
    public async Task Service_account_token_acts_within_its_roles()
    {
        var ns = await Given.NamespaceAsync(api);
        await api.PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"agent"}}""");
        var uid = cluster.Store.Get("serviceaccounts", ns, "agent")!["metadata"]!["uid"]!.ToString();
        var agent = SimulatedServer.ClientOf(cluster, UserInfo.ServiceAccount(ns, "agent", uid));
        using var http = agent.Http;
        var refused = await agent.GetAsync("/api/v1/nodes/n1");
        Assert.Equal((403, $"nodes \"n1\" is forbidden: User \"system:serviceaccount:{ns}:agent\" cannot get resource \"nodes\" in API group \"\" at the cluster scope"), (refused.Code, refused.Message));
        await api.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata":{"name":"{{ns}}"},"rules":[{"apiGroups":[""],"resources":["nodes"],"verbs":["get"]}]}""");
        await api.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""{"metadata":{"name":"{{ns}}"},"roleRef":{"kind":"ClusterRole","name":"{{ns}}"},"subjects":[{"kind":"ServiceAccount","name":"agent","namespace":"{{ns}}"}]}""");
        Assert.Equal(404, (await agent.GetAsync("/api/v1/nodes/n1")).Code);
        await api.DeleteAsync($"/api/v1/namespaces/{ns}/serviceaccounts/agent");
        Assert.Equal(401, (await agent.GetAsync("/api/v1/nodes/n1")).Code);
    }

    private void Pod(string ns, string name, string node) => cluster.Store.Create("pods", (JsonObject)JsonNode.Parse(
        $$"""{"metadata":{"name":"{{name}}","namespace":"{{ns}}","labels":{"app":"{{name}}"} },"spec":{"nodeName":"{{node}}","containers":[{"name":"c","image":"i:1"}] } }""")!);

    private Task<ApiAnswer> EvictAsync(string ns) =>
        api.PostAsync($"/api/v1/namespaces/{ns}/pods/p/eviction", $$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"{{ns}}"} }""");
}
