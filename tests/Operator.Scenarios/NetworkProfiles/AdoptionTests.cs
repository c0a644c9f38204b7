using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>A Cilium that a person installed with helm: what would change is shown first, and taken over is what was approved.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task A_release_made_by_hand_is_taken_over_after_its_class_and_its_diff_were_shown_and_approved()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await HelmByHand.UpgradeAsync(cluster, "cilium-1.19.5.tgz", "--set", "hubble.relay.enabled=true", "--set", "ipam.operator.clusterPoolIPv4PodCIDRList={10.245.0.0/16}");
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        cluster.CreateProfile(change: spec =>
        {
            spec["hubble"] = new JsonObject { ["relay"] = new JsonObject { ["enabled"] = true }, ["ui"] = new JsonObject { ["enabled"] = false } };
            spec["masquerading"] = new JsonObject { ["mode"] = "IPTables" };
        });
        var waiting = await cluster.ConditionAsync("HelmReleased", "False", "Unmanaged");
        var server = Certificate(cluster);

        var shown = (await PluginPage.ShellAsync(cluster, $"export NETPROFILE_HELM='{cluster.Helm}'; kubectl netprofile plan --diff")).StandardOutput;
        var digest = (string)waiting["status"]!["plan"]!["digest"]!;
        Assert.Contains($"Plan {digest}, disruption AgentRestart", shown, StringComparison.Ordinal);
        Assert.Contains("~ ConfigMap kube-system/cilium-config", shown, StringComparison.Ordinal);
        Assert.Contains("~ DaemonSet kube-system/cilium", shown, StringComparison.Ordinal);
        Assert.Contains("Secret kube-system/hubble-server-certs: its content is neither shown nor compared", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("tls.crt", shown, StringComparison.Ordinal);
        Assert.Equal(["1 deployed"], cluster.Revisions());

        Assert.Equal(ExitCode.Success, (await PluginPage.ShellAsync(cluster, $"kubectl netprofile approve --digest {digest}")).ExitCode);
        await cluster.ReadyAsync();
        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        Assert.Equal(server, Certificate(cluster));
        Assert.Empty(Differences((await PluginPage.ShellAsync(cluster, $"export NETPROFILE_HELM='{cluster.Helm}'; kubectl netprofile plan --diff")).StandardOutput));
    }

    [Theory]
    [InlineData("helm.toolkit.fluxcd.io", "v2", "HelmRelease", "{spec: {releaseName: cilium, targetNamespace: kube-system}}", "flux-system/network")]
    [InlineData("helm.cattle.io", "v1", "HelmChart", "{spec: {targetNamespace: kube-system}}", "cni: none")]
    public async Task While_somebody_else_owns_the_release_no_approval_helps(string group, string version, string kind, string content, string words)
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.With(Definition(group, version, kind)));
        await HelmByHand.UpgradeAsync(cluster, "cilium-1.19.5.tgz", "--set", "ipam.operator.clusterPoolIPv4PodCIDRList={10.245.0.0/16}");
        var owner = NetProfile.Serialization.YamlReader.ReadObject(content);
        owner["apiVersion"] = $"{group}/{version}";
        owner["kind"] = kind;
        owner["metadata"] = new JsonObject { ["name"] = kind == "HelmChart" ? "rke2-cilium" : "network", ["namespace"] = kind == "HelmChart" ? "kube-system" : "flux-system" };
        if (cluster.Store.Get("namespaces", null, "flux-system") is null)
        {
            cluster.Living.Create("{apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}");
        }

        cluster.Store.Create($"{kind.ToLowerInvariant()}s.{group}", owner);
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        cluster.CreateProfile();
        var refused = await cluster.ConditionAsync("HelmReleased", "False", "OwnedByOther");
        Assert.Contains(words, (string?)ScenarioCluster.Condition(refused, "HelmReleased")!["message"], StringComparison.Ordinal);

        cluster.Approve(refused);
        await cluster.ConditionAsync("PlanApproved", "True", "Approved");
        Assert.Equal("OwnedByOther", (string?)ScenarioCluster.Condition(cluster.Profile(), "HelmReleased")!["reason"]);
        Assert.Equal(["1 deployed"], cluster.Revisions());
    }

    private static string Differences(string output) => string.Join('\n', output.Split('\n').Where(line => line.StartsWith('~') || line.StartsWith('+') || line.StartsWith('-')));

    private static string Certificate(ScenarioCluster cluster) => (string)cluster.Store.Get("secrets", "kube-system", "hubble-server-certs")!["data"]!["tls.crt"]!;

    private static string Definition(string group, string version, string kind) => $$"""
        {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: {{kind.ToLowerInvariant()}}s.{{group}}},
         spec: {group: {{group}}, scope: Namespaced, names: {kind: {{kind}}, plural: {{kind.ToLowerInvariant()}}s, singular: {{kind.ToLowerInvariant()}}},
         versions: [{name: {{version}}, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true} } }] } }
        """;
}
