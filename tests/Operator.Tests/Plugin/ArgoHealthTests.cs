using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Operator.Tests.Support;
using NetProfile.Processes;
using NetProfile.Serialization;
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
        var lua = ExecutablePath.Find("lua5.4") ?? ExecutablePath.Find("lua5.1") ?? ExecutablePath.Find("lua");
        Assert.SkipUnless(lua is not null, "no Lua interpreter (apt-get install lua5.4)");
        var script = Path.Combine(Repository.Root, "docs", "gitops", "argocd-health.lua");
        var program = $"obj = {Literal(YamlReader.ReadObject(PluginCases.Yaml(name)))}\nlocal hs = dofile([[{script}]])\nio.write(hs.status, '\\n', hs.message)\n";
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec { FileName = lua, Arguments = ["-"], StandardInput = Encoding.UTF8.GetBytes(program), Timeout = TimeSpan.FromSeconds(20) },
            TestContext.Current.CancellationToken);
        Assert.Equal("", result.StandardError);
        var lines = result.StandardOutput.Split('\n', 2);
        Assert.Equal(s_expected[name], lines[0]);
        Assert.NotEmpty(lines[1]);
    }

    private static string Literal(JsonNode? node) => node switch
    {
        null => "nil",
        JsonObject map => "{" + string.Join(", ", map.Select(pair => $"[{Quoted(pair.Key)}] = {Literal(pair.Value)}")) + "}",
        JsonArray list => "{" + string.Join(", ", list.Select(Literal)) + "}",
        _ when node.GetValueKind() == JsonValueKind.String => Quoted(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text) => "\"" + string.Concat(text.Select(c => c < ' ' || c is '"' or '\\' ? $"\\{(int)c:D3}" : c.ToString())) + "\"";
}
