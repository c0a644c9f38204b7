using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.Operator.Tests.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>docs/gitops/argocd-health.lua, run by a real Lua interpreter over every golden profile.</summary>
public class ArgoHealthTests
{
    private static readonly Dictionary<string, string> s_expected = new()
    {
        ["ready"] = "Healthy",
        ["unseen"] = "Progressing",
        ["outdated"] = "Progressing",
        ["awaiting-approval"] = "Suspended",
        ["upgrading"] = "Progressing",
        ["frozen"] = "Degraded",
        ["refused"] = "Degraded",
        ["suspended"] = "Suspended",
        ["degraded-1000"] = "Degraded",
        ["helm-retrying"] = "Progressing",
    };

    public static TheoryData<string> Cases => PluginCases.All;

    public static TheoryData<string> States => [.. ReportedStates.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Health_is_as_a_person_would_judge(string name)
    {
        var (status, message) = await HealthAsync(PluginCases.Json(name));
        Assert.Equal(s_expected[name], status);
        Assert.NotEmpty(message);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Health_of_every_state_that_the_operator_reports_is_as_a_person_would_judge(string state)
    {
        var profile = ReportedStates.All[state].Make().Profile();

        var (status, message) = await HealthAsync(JsonSerializer.SerializeToNode(profile, CrdsJsonContext.Default.V1Alpha1NetworkProfile)!.AsObject());

        Assert.Equal(ReportedStates.All[state].Health, status);
        Assert.Equal(profile.Status!.Conditions!.First(c => c.Type == "Ready").Message, message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
    }

    private static async Task<(string Status, string Message)> HealthAsync(JsonObject profile)
    {
        var script = Path.Combine(Repository.Root, "docs", "gitops", "argocd-health.lua");
        var lines = (await LuaInterpreter.RunAsync($"obj = {LuaInterpreter.Literal(profile)}\nlocal hs = dofile([[{script}]])\nio.write(hs.status, '\\n', hs.message)\n")).Split('\n', 2);
        return (lines[0], lines[1]);
    }
}
