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

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Health_is_as_a_person_would_judge(string name)
    {
        var script = Path.Combine(Repository.Root, "docs", "gitops", "argocd-health.lua");
        var lines = (await LuaInterpreter.RunAsync($"obj = {LuaInterpreter.Literal(PluginCases.Json(name))}\nlocal hs = dofile([[{script}]])\nio.write(hs.status, '\\n', hs.message)\n")).Split('\n', 2);
        Assert.Equal(s_expected[name], lines[0]);
        Assert.NotEmpty(lines[1]);
    }
}
