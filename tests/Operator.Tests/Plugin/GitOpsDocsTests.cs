using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Commands;
using NetProfile.Operator.Tests.Commands;
using NetProfile.Operator.Tests.Support;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>What docs/gitops and docs/krew promise.</summary>
public partial class GitOpsDocsTests
{
    private static string Doc(params string[] path) => File.ReadAllText(Path.Combine([Repository.Root, "docs", .. path]));

    private static JsonObject ArgoData => YamlReader.ReadAll(Doc("gitops", "argocd.yaml"))[0]["data"]!.AsObject();

    private static JsonObject Actions => YamlReader.ReadObject((string)ArgoData["resource.customizations.actions.netprofile.io_NetworkProfile"]!);

    [Fact]
    public async Task Examples_are_valid()
    {
        var run = await CommandRun.Of($"validate -R -f {Path.Combine(Repository.Root, "docs", "gitops")}");
        Assert.True(run.ExitCode == ExitCode.Success, run.Output);
        Assert.Contains("1 NetworkProfile: 0 errors, 0 warnings", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snippets_of_the_guide_are_valid()
    {
        var snippets = YamlSnippet().Matches(Doc("gitops", "README.md")).Select(m => m.Groups["yaml"].Value).ToList();
        Assert.NotEmpty(snippets);
        var run = await CommandRun.Of("validate -f -", string.Join("\n---\n", snippets));
        Assert.True(run.ExitCode == ExitCode.Success, run.Output);
    }

    [Fact]
    public void Config_map_has_the_health_script_as_it_is_tested()
    {
        var script = Doc("gitops", "argocd-health.lua");
        var code = script[script.IndexOf("local health", StringComparison.Ordinal)..];
        Assert.Equal(code, (string?)ArgoData["resource.customizations.health.netprofile.io_NetworkProfile"]);
    }

    [Theory]
    [InlineData("awaiting-approval", "approve retry suspend")]
    [InlineData("frozen", "continue retry rollback suspend")]
    [InlineData("suspended", "resume retry")]
    [InlineData("unseen", "retry suspend")]
    public async Task Argo_CD_offers_the_actions_that_make_sense(string name, string expected)
    {
        var discovery = (string)Actions["discovery.lua"]!;
        var output = await LuaInterpreter.RunAsync(
            $"obj = {LuaInterpreter.Literal(PluginCases.Json(name))}\nlocal f = function() {discovery} end\nfor k, v in pairs(f()) do if not v.disabled then io.write(k, ' ') end end");
        Assert.Equal(expected, string.Join(' ', output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("approve", "netprofile.io/approved-plan", "5d2ac0ffee12")]
    [InlineData("retry", "netprofile.io/action", "retry")]
    [InlineData("rollback", "netprofile.io/action", "rollback")]
    [InlineData("continue", "netprofile.io/action", "continue")]
    public async Task Actions_of_Argo_CD_write_the_plugins_annotations(string action, string annotation, string value)
    {
        var script = (string)Actions["definitions"]!.AsArray().Single(d => (string?)d!["name"] == action)!["action.lua"]!;
        var output = await LuaInterpreter.RunAsync(
            $"obj = {LuaInterpreter.Literal(PluginCases.Json("awaiting-approval"))}\nlocal f = function() {script} end\nio.write(f().metadata.annotations['{annotation}'])");
        Assert.Equal(value, output);
    }

    [Fact]
    public void Krew_manifest_names_the_binary_that_kubectl_looks_for()
    {
        var manifest = YamlReader.ReadObject(Doc("krew", "netprofile.yaml"));
        Assert.Equal("netprofile", (string?)manifest["metadata"]!["name"]);
        Assert.True(((string)manifest["spec"]!["shortDescription"]!).Length <= 50, "krew cuts it off");
        Assert.All(manifest["spec"]!["platforms"]!.AsArray(), platform => Assert.Equal("kubectl-netprofile", (string?)platform!["bin"]));
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlSnippet();
}
