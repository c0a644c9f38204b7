using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Serialization;

namespace NetProfile.Operator.Scenarios.Plugin;

/// <summary>A person asks about a cluster before anything of ours is installed there.</summary>
public sealed class PreflightWithoutOperatorTests
{
    private const string Fit = """
        {apiVersion: netprofile.io/v1alpha1, kind: NetworkProfile, metadata: {name: cluster},
         spec: {cilium: {version: 1.19.6}, routing: {mode: Tunnel}, ipam: {mode: ClusterPool, ipv4PodCIDRs: [10.245.0.0/16]} } }
        """;

    [Fact]
    public async Task A_fit_cluster_without_our_CRDs_passes_and_what_only_agents_could_tell_is_said_to_be_not_measured()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        foreach (var crd in (string[])["networkprofiles.netprofile.io", "nodenetworks.netprofile.io"])
        {
            cluster.Store.Delete("customresourcedefinitions.apiextensions.k8s.io", null, crd);
        }

        var (exitCode, text) = await RunAsync(cluster, "preflight", Fit);
        Assert.Contains("not measured: whether nodes reach each other", text, StringComparison.Ordinal);
        Assert.Contains("node1, node2, node3", text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, exitCode);

        var (planned, plan) = await RunAsync(cluster, "plan", Fit);
        Assert.Contains("InstallRelease", plan, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, planned);
        Assert.DoesNotContain(cluster.OwnRequests(), request => request.Verb is not ("get" or "list" or ""));
    }

    [Fact]
    public async Task What_is_found_without_an_operator_is_what_the_operator_finds()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        var profile = YamlReader.ReadObject(Fit);
        profile["spec"]!["ipam"]!["ipv4PodCIDRs"] = new JsonArray("10.96.0.0/16");
        profile["spec"]!["encryption"] = new JsonObject { ["type"] = "IPsec" };
        profile["spec"]!["cilium"]!["chart"] = new JsonObject { ["repository"] = cluster.Charts };
        var (exitCode, text) = await RunAsync(cluster, "preflight -o json", YamlWriter.Write(profile));
        Assert.Equal(ExitCode.No, exitCode);

        cluster.Store.Create(ScenarioCluster.Profiles, profile);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        var seen = await cluster.ConditionAsync("PreflightPassed", "False", "Blocked");
        var told = seen["status"]!["preflight"]!["findings"]!.AsArray().Where(f => (string?)f!["severity"] == "Blocker").Select(f => (string)f!["message"]!).ToList();
        Assert.Equal(2, told.Count);
        Assert.Equal(told, JsonNode.Parse(text)!["blockers"]!.AsArray().Select(f => (string)f!["message"]!));
    }

    [Fact]
    public async Task What_the_API_server_would_refuse_is_named_with_its_line()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        var (exitCode, text) = await RunAsync(cluster, "preflight", "apiVersion: netprofile.io/v1alpha1\nkind: NetworkProfile\nmetadata: {name: cluster}\nspec:\n  cilium: {version: 1.19.6}\n  routing: {mode: Tunel}\n");
        Assert.Contains("profile.yaml:6: error: spec.routing.mode: Tunel: must be one of", text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.No, exitCode);
    }

    [Fact]
    public async Task Values_that_come_with_the_profile_need_not_be_in_the_cluster()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        var profile = Fit.Replace("{version: 1.19.6}", "{version: 1.19.6, valuesFrom: [{kind: ConfigMap, name: extra, key: values.yaml}]}", StringComparison.Ordinal);
        var (missing, without) = await RunAsync(cluster, "preflight", profile);
        Assert.Contains("ConfigMap kube-system/extra does not exist", without, StringComparison.Ordinal);
        Assert.Equal(ExitCode.No, missing);

        var (_, with) = await RunAsync(cluster, "preflight", $"{profile}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: extra, namespace: kube-system}}\ndata:\n  values.yaml: 'hubbel: {{enabled: true}}'\n");
        Assert.Contains("hubbel", with, StringComparison.Ordinal);
        Assert.DoesNotContain("does not exist", with, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Text)> RunAsync(ScenarioCluster cluster, string verb, string profile)
    {
        var file = Path.Combine(cluster.Folder, "profile.yaml");
        await File.WriteAllTextAsync(file, profile, TestContext.Current.CancellationToken);
        using var output = new StringWriter { NewLine = "\n" };
        var environment = CommandEnvironment.OfThisProcess() with { Output = output, Error = output };
        var exitCode = await CommandLine.RunAsync([.. verb.Split(' '), "-f", file, "--kubeconfig", cluster.Kubeconfig], environment, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString());
    }
}
