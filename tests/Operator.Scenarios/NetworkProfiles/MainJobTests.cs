using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>A NetworkProfile becomes a running release, with the real helm.</summary>
public sealed class MainJobTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_profile_becomes_a_release_and_a_changed_value_one_more_revision_with_rolled_agents(int helm)
    {
        await using var cluster = await ScenarioCluster.StartAsync(helm);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        var first = await cluster.ReadyAsync();
        Assert.Equal(["1 deployed"], cluster.Revisions());
        Assert.Equal("1.19.5", (string?)first["status"]!["cilium"]!["version"]);
        Assert.Equal("Ready", (string?)first["status"]!["phase"]);
        var before = AgentPods(cluster);

        cluster.ChangeSpec(spec => spec["bandwidthManager"] = new JsonObject { ["enabled"] = true });
        await cluster.ReadyAsync(2);

        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        Assert.Equal(2, @operator.Processes.Count("helm upgrade"));
        Assert.Empty(before.Intersect(AgentPods(cluster)));
        Assert.Equal("true", (string?)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["enable-bandwidth-manager"]);
    }

    [Fact]
    public async Task A_newer_patch_of_the_same_minor_is_one_upgrade()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        Assert.Contains(cluster.Living.Api.Requests.All, request => request.Resource == "pods/exec" && request.UserAgent.StartsWith("netprofile", StringComparison.Ordinal));

        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.19.6");
        var profile = await cluster.ReadyAsync(2);

        Assert.Equal("1.19.6", (string?)profile["status"]!["cilium"]!["version"]);
        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
    }

    [Fact]
    public async Task A_change_of_the_routing_mode_waits_for_the_approval_of_this_very_plan()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        cluster.ChangeSpec(spec => spec["routing"] = new JsonObject { ["mode"] = "Native" });
        var waiting = await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval");
        Assert.Equal("Outage", (string?)waiting["status"]!["plan"]!["disruption"]);
        cluster.Annotate("netprofile.io/approved-plan", "0000000000000000");
        await cluster.ConditionAsync("PlanApproved", "False", "ApprovalOutdated");
        Assert.Single(cluster.Revisions());

        cluster.Annotate("netprofile.io/approved-plan", (string)waiting["status"]!["plan"]!["digest"]!);
        await cluster.ReadyAsync(2);
        Assert.Equal("native", (string?)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["routing-mode"]);
    }

    [Fact]
    public async Task A_release_that_someone_changed_with_helm_is_brought_back()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        await HelmByHand.UpgradeAsync(cluster, "cilium-1.19.5.tgz", "--reuse-values", "--set", "debug.enabled=true");
        await cluster.UntilAsync(_ => cluster.Revisions() is [.., "3 deployed"], "a third revision");
        await cluster.ReadyAsync();

        Assert.Equal(["1 superseded", "2 superseded", "3 deployed"], cluster.Revisions());
    }

    [Fact]
    public async Task What_was_done_shows_in_kubectl_describe()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        await cluster.EventAsync("NetworkReady");
        var description = await Kubectl.RunAsync(cluster, ["describe", "netprof", "cluster"]);
        Assert.Contains("Installed", description, StringComparison.Ordinal);
        Assert.Contains("there is no Helm release kube-system/cilium", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_profile_is_reported_and_nothing_is_changed()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["suspend"] = true);
        var profile = await cluster.ConditionAsync("Ready", "False", "Suspended");
        Assert.Equal("Suspended", (string?)profile["status"]!["phase"]);
        Assert.Empty(cluster.Revisions());

        cluster.ChangeSpec(spec => spec["suspend"] = false);
        await cluster.ReadyAsync(2);
        Assert.Equal(["1 deployed"], cluster.Revisions());
    }

    [Fact]
    public async Task Deleting_a_profile_leaves_the_network_as_it_is_unless_Uninstall_is_written_and_approved()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        cluster.Store.Delete(ScenarioCluster.Profiles, null, "cluster");
        await cluster.GoneAsync();
        Assert.Equal(["1 deployed"], cluster.Revisions());

        cluster.CreateProfile(change: spec => spec["deletionPolicy"] = "Uninstall");
        await cluster.ReadyAsync();
        cluster.Store.Delete(ScenarioCluster.Profiles, null, "cluster");
        var waiting = await cluster.ConditionAsync("Reconciling", "True", "AwaitingApproval");
        Assert.Contains("without a CNI", (string?)ScenarioCluster.Condition(waiting, "Ready")!["message"], StringComparison.Ordinal);
        Assert.Equal(["1 deployed"], cluster.Revisions());

        cluster.Annotate("netprofile.io/approved-plan", "uninstall");
        await cluster.GoneAsync();
        Assert.Empty(cluster.Revisions());
        Assert.Null(cluster.Store.Get("daemonsets.apps", "kube-system", "cilium"));
    }

    private static HashSet<string> AgentPods(ScenarioCluster cluster) =>
        [.. cluster.Store.List("pods", "kube-system", "k8s-app=cilium").Select(pod => (string)pod["metadata"]!["name"]!)];
}
