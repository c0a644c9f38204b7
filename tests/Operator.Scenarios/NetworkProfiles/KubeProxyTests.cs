using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

public sealed class KubeProxyTests
{
    private const string DaemonSets = "daemonsets.apps";

    [Fact]
    public async Task Kube_proxy_is_parked_once_every_agent_has_taken_over_and_comes_back_before_they_stop()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => (spec["kubeProxyReplacement"], spec["approval"]) = (new JsonObject { ["enabled"] = true }, "Auto"));
        var profile = await cluster.ReadyAsync();
        Assert.Equal("Replaced", (string?)ScenarioCluster.Condition(profile, "KubeProxyReplaced")!["reason"]);
        var parked = cluster.Store.Get(DaemonSets, "kube-system", "kube-proxy")!;
        Assert.Equal("true", (string?)parked["spec"]!["template"]!["spec"]!["nodeSelector"]!["netprofile.io/parked"]);
        Assert.Equal("linux", (string?)parked["spec"]!["template"]!["spec"]!["nodeSelector"]!["kubernetes.io/os"]);
        Assert.Empty(cluster.Store.List("pods", "kube-system", "k8s-app=kube-proxy"));
        Assert.All(["node1", "node2", "node3"], node => Assert.False(cluster.Living.Host(node, host => host.HasChain("KUBE-SVC")), $"{node} has kube-proxy's rules"));

        cluster.ChangeSpec(spec => spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = false });
        await cluster.ReadyAsync(2);

        var back = cluster.Store.Get(DaemonSets, "kube-system", "kube-proxy")!;
        Assert.Null(back["spec"]!["template"]!["spec"]!["nodeSelector"]!["netprofile.io/parked"]);
        Assert.Equal(3, cluster.Store.List("pods", "kube-system", "k8s-app=kube-proxy").Count);
        var changes = cluster.Living.Api.Changes.All;
        var ready = changes.ToList().FindLastIndex(c => c.Resource == DaemonSets && c.Object.Key.Name == "kube-proxy" && (int?)c.Object.Value["status"]?["numberReady"] == 3);
        var off = changes.ToList().FindIndex(c => c.Resource == "configmaps" && c.Object.Key.Name == "cilium-config" && (string?)c.Object.Value["data"]!["kube-proxy-replacement"] == "false");
        Assert.True(ready >= 0 && off > ready, $"kube-proxy was ready at change {ready}, the release stopped replacing it at change {off}");
    }

    [Fact]
    public async Task A_kube_proxy_that_somebody_puts_back_is_a_conflict_until_another_try_is_asked_for()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true });
        await cluster.ReadyAsync();

        cluster.Store.Modify(DaemonSets, "kube-system", "kube-proxy", ds => ds["spec"]!["template"]!["spec"]!["nodeSelector"]!.AsObject().Remove("netprofile.io/parked"));
        await cluster.ConditionAsync("KubeProxyReplaced", "False", "KubeProxyConflict");
        await cluster.ConditionAsync("Ready", "False", "KubeProxyConflict");

        cluster.Annotate("netprofile.io/requestedAt", "now");
        await cluster.ConditionAsync("KubeProxyReplaced", "True", "Replaced");
    }

    [Fact]
    public async Task A_kube_proxy_that_Argo_CD_owns_is_left_running_and_the_owner_is_named()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Store.Modify(DaemonSets, "kube-system", "kube-proxy", ds =>
            (ds["metadata"]!.AsObject()["annotations"] ??= new JsonObject())["argocd.argoproj.io/tracking-id"] = "cluster-addons:apps/DaemonSet:kube-system/kube-proxy");
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true });
        var profile = await cluster.ConditionAsync("KubeProxyReplaced", "False", "KubeProxyRunning");
        Assert.Contains("cluster-addons", (string?)ScenarioCluster.Condition(profile, "KubeProxyReplaced")!["message"], StringComparison.Ordinal);
        Assert.Equal(3, cluster.Store.List("pods", "kube-system", "k8s-app=kube-proxy").Count);
    }
}
