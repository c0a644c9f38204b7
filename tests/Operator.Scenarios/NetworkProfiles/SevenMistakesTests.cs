using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Serialization;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>All that is wrong is said at once, by whichever verb is asked first.</summary>
public sealed class SevenMistakesTests
{
    /// <summary>What each mistake must be named by, in a line of its own.</summary>
    private static readonly string[][] s_mistakes =
    [
        ["spec.cilium.version", "1.17.6"],
        ["hubbel"],
        ["routingMode", "spec.routing.mode"],
        ["tunnel", "1.15"],
        ["policyEnforcementMode", "sometimes"],
        ["spec.hubble.metrics", "httpV2"],
        ["prometheus", "map"],
    ];

    [Fact]
    public async Task Preflight_plan_values_and_validate_name_all_seven()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: Mistaken);
        await cluster.ConditionAsync("Accepted", "False", "InvalidValue");
        await AllAreNamedAsync(cluster, "preflight", "preflight -o json", "preflight --live", "plan", "values");
    }

    [Fact]
    public async Task Without_an_operator_they_name_all_seven_too()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.CreateProfile(change: Mistaken);
        var file = Path.Combine(cluster.Folder, "seven.yaml");
        await File.WriteAllTextAsync(
            file,
            YamlWriter.Write(new JsonObject { ["apiVersion"] = "netprofile.io/v1alpha1", ["kind"] = "NetworkProfile", ["metadata"] = new JsonObject { ["name"] = "cluster" }, ["spec"] = cluster.Profile()!["spec"]!.DeepClone() }),
            TestContext.Current.CancellationToken);
        await AllAreNamedAsync(cluster, "preflight", "plan", "values");
        cluster.Store.Delete(ScenarioCluster.Profiles, null, "cluster");
        await AllAreNamedAsync(cluster, $"preflight -f {file}", $"preflight -o json -f {file}", $"plan -f {file}", $"values -f {file}", $"validate -f {file}");
        Assert.DoesNotContain(cluster.OwnRequests(), request => request.Verb is not ("get" or "list" or ""));
    }

    private static async Task AllAreNamedAsync(ScenarioCluster cluster, params string[] verbs)
    {
        foreach (var verb in verbs)
        {
            var (exitCode, text) = await RunAsync(verb.Contains(" -f ", StringComparison.Ordinal) && !verb.StartsWith('p') ? verb : $"{verb} --kubeconfig {cluster.Kubeconfig}");
            Assert.All(s_mistakes, words => Assert.True(
                text.Split('\n').Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal))), $"{verb} doesn't name {string.Join(" and ", words)}:\n{text}"));
            Assert.Equal(verb.StartsWith("plan", StringComparison.Ordinal) ? ExitCode.Success : ExitCode.No, exitCode);
        }
    }

    private static void Mistaken(JsonObject spec)
    {
        spec["cilium"]!["version"] = "1.17.6";
        spec["cilium"]!["values"] = new JsonObject { ["hubbel"] = new JsonObject { ["enabled"] = true }, ["routingMode"] = "native", ["tunnel"] = "vxlan", ["policyEnforcementMode"] = "sometimes", ["prometheus"] = "on" };
        spec["hubble"] = new JsonObject { ["metrics"] = new JsonArray("http", "httpV2") };
    }

    private static async Task<(int ExitCode, string Text)> RunAsync(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var environment = CommandEnvironment.OfThisProcess() with { Output = output, Error = output };
        var exitCode = await CommandLine.RunAsync(arguments.Split(' '), environment, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString());
    }
}
