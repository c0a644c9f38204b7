using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Operator.Tests.Support;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>
/// One cluster, brought from one trouble to the next. What `kubectl netprofile status` shows of each is held in a file, and
/// after each the cluster is Ready again.
/// </summary>
public sealed class StatesOfOneClusterTests
{
    private readonly WarpTimeProvider _clock = new();

    [Fact]
    public async Task Every_state_has_its_page_and_the_cluster_is_Ready_again_after_each()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithTime(_clock));
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock, change: options => options with { LeaderElect = false });
        cluster.CreateProfile(change: spec => spec["hubble"] = new JsonObject { ["relay"] = new JsonObject { ["enabled"] = true } });
        await IsReadyAsync(cluster);
        await ShowAsync(cluster, "healthy");

        // What a kubelet leaves behind when a node runs out of disk.
        cluster.Living.Create(Evicted("cilium-operator-5d8f7c9b4-aaaaa", "name: cilium-operator"));
        cluster.Living.Create(Evicted("hubble-relay-5d8f7c9b4-bbbbb", "k8s-app: hubble-relay"));
        await cluster.PassAsync(_clock, TimeSpan.FromSeconds(5));
        await IsReadyAsync(cluster);
        await ShowAsync(cluster, "evicted-pods-left-over");

        await WithAgentAsync(cluster, "controller-failing", status => Fail(status, "sync-host-ips"), ("AgentsReady", "Degraded"));
        await WithAgentAsync(cluster, "stale-probe", Stale, ("AgentsReady", "Degraded"));
        await WithAgentAsync(cluster, "mixed-modes", status => status["routing"]!["inter-host-routing-mode"] = "Native", ("RoutingActive", "WrongMode"));

        await WithHostAsync(cluster, "crash-looping", "node1", host => host.Knobs.Crash["cilium-agent"] = (255, "level=info msg=\"starting\"\nlevel=fatal msg=\"failed to start: needs more than this node has\" subsys=daemon"),
            host => host.Knobs.Crash.Clear(), ("AgentsReady", "CrashLooping"), "needs more than this node has");
        await WithHostAsync(cluster, "out-of-memory", "node2", host => host.Knobs.Crash["cilium-agent"] = (137, ""), host => host.Knobs.Crash.Clear(), ("AgentsReady", "CrashLooping"), "OOMKilled");
        await WithHostAsync(cluster, "image-pull-failing", "node3", host => host.Knobs.ImagePullFails = "cilium", host => host.Knobs.ImagePullFails = null, ("AgentsReady", "PodsNotReady"), "ImagePullBackOff");

        await RelayDownAsync(cluster);
        await OperatorMissingAsync(cluster);
        await OlderThanTheSettingsAsync(cluster);
    }

    private async Task WithAgentAsync(ScenarioCluster cluster, string name, Action<JsonObject> says, (string Type, string Reason) condition)
    {
        await WithHostAsync(cluster, name, "node2", host => host.Knobs.AgentStatus = says, host => host.Knobs.AgentStatus = null, condition, "");
    }

    /// <summary>Until it is trouble and no longer work in progress, where it becomes that.</summary>
    private async Task WithHostAsync(
        ScenarioCluster cluster, string name, string node, Action<SimulatedHost> trouble, Action<SimulatedHost> mend, (string Type, string Reason) condition, string words)
    {
        cluster.Living.ChangeHost(node, trouble);
        cluster.Restart(node);
        await cluster.PassUntilAsync(_clock, p => Is(p, condition, words) && ScenarioCluster.Condition(p, "Reconciling") is null, name);
        await ShowAsync(cluster, name);

        cluster.Living.ChangeHost(node, mend);
        cluster.Restart(node);
        await IsReadyAsync(cluster);
    }

    private async Task RelayDownAsync(ScenarioCluster cluster)
    {
        foreach (var node in new[] { "node1", "node2", "node3" })
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Crash["hubble-relay"] = (1, "failed to load TLS key pair: open tls/client.crt: no such file or directory"));
        }

        await RestartRelayAsync(cluster);
        await cluster.PassUntilAsync(_clock, p => Is(p, ("HubbleReady", "PodsNotReady"), "container hubble-relay crashes again and again: exit code 1") && ScenarioCluster.Condition(p, "Reconciling") is null, "relay down");
        await ShowAsync(cluster, "relay-down");
        foreach (var node in new[] { "node1", "node2", "node3" })
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Crash.Clear());
        }

        await RestartRelayAsync(cluster);
        await IsReadyAsync(cluster);
    }

    private static Task RestartRelayAsync(ScenarioCluster cluster) => Kubectl.RunAsync(cluster, ["delete", "pods", "-n", "kube-system", "-l", "k8s-app=hubble-relay", "--field-selector=status.phase!=Failed", "--wait=false"]);

    /// <summary>Mended by the very command that the message gives.</summary>
    private async Task OperatorMissingAsync(ScenarioCluster cluster)
    {
        await Kubectl.RunAsync(cluster, ["delete", "deployment", "cilium-operator", "-n", "kube-system"]);
        var missing = await cluster.PassUntilAsync(_clock, p => Is(p, ("OperatorReady", "NotInstalled"), "") && ScenarioCluster.Condition(p, "Reconciling") is null, "no operator");
        await ShowAsync(cluster, "operator-missing");
        var message = (string)ScenarioCluster.Condition(missing, "OperatorReady")!["message"]!;
        var mended = await PluginPage.ShellAsync(cluster, message[message.IndexOf("helm -n", StringComparison.Ordinal)..message.IndexOf(", which", StringComparison.Ordinal)]);
        Assert.True(mended.ExitCode == 0, mended.StandardError);
        await IsReadyAsync(cluster);
    }

    private async Task OlderThanTheSettingsAsync(ScenarioCluster cluster)
    {
        _clock.Advance(TimeSpan.FromSeconds(9));
        await Kubectl.RunAsync(cluster, ["patch", "configmap", "cilium-config", "-n", "kube-system", "--type=merge", "-p", """{"data":{"policy-audit-mode":"true"}}"""]);
        cluster.Restart("node1");
        await cluster.PassUntilAsync(_clock, p => Is(p, ("AgentsReady", "OutdatedConfiguration"), "agents on node2, node3") && ScenarioCluster.Condition(p, "Reconciling") is null, "outdated");
        await ShowAsync(cluster, "older-than-the-settings");
        await Kubectl.RunAsync(cluster, ["rollout", "restart", "daemonset/cilium", "-n", "kube-system"]);
        await IsReadyAsync(cluster);
    }

    private Task IsReadyAsync(ScenarioCluster cluster) => cluster.PassUntilAsync(
        _clock, p => Is(p, ("Ready", "NetworkReady"), "") && (string?)p["status"]!["nodes"]!["summary"] == "3/3" && p["status"]!["nodes"]!["notable"] is null
            && Is(p, ("RoutingActive", "Active"), "and reach each other"), "Ready again");

    private static bool Is(JsonObject profile, (string Type, string Reason) condition, string words) =>
        ScenarioCluster.Condition(profile, condition.Type) is { } c && (string?)c["reason"] == condition.Reason && ((string)c["message"]!).Contains(words, StringComparison.Ordinal);

    private static void Fail(JsonObject status, string controller) => status["controllers"]!.AsArray().Add(new JsonObject
    {
        ["name"] = controller,
        ["status"] = new JsonObject { ["consecutive-failure-count"] = 3, ["last-failure-msg"] = "unable to reach API server" },
    });

    private static void Stale(JsonObject status)
    {
        status["stale"] = new JsonObject { ["kubernetes"] = "2026-01-01T00:00:00Z" };
        status["cilium"] = new JsonObject { ["state"] = "Warning", ["msg"] = "1.19.5 (v1.19.5-0123abcd)    Stale status data" };
    }

    private static string Evicted(string name, string label) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: { name: {{name}}, namespace: kube-system, labels: { app.kubernetes.io/part-of: cilium, {{label}} } }
        spec: { nodeName: node2, containers: [{ name: x, image: x }] }
        status: { phase: Failed, reason: Evicted, message: "The node was low on resource: ephemeral-storage." }
        """;

    private static async Task ShowAsync(ScenarioCluster cluster, string name) => GoldenFile.Check(
        Path.Combine(HelmBinary.RepositoryRoot(), "tests", "Operator.Scenarios", "Golden", "States", $"{name}.txt"), await PluginPage.StatusAsync(cluster));
}
