using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Processes;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>A real Lua interpreter. Argo CD's own is of Lua 5.1, whose language the scripts keep to.</summary>
internal static class LuaInterpreter
{
    /// <summary>What the program writes; skips the test where there is no interpreter.</summary>
    public static async Task<string> RunAsync(string program)
    {
        var lua = new[] { "lua5.1", "lua5.4", "lua5.3", "lua", "luajit" }.Select(name => ExecutablePath.Find(name)).FirstOrDefault(path => path is not null);
        Assert.SkipUnless(lua is not null, "no Lua interpreter (apt-get install lua5.4)");
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec { FileName = lua, Arguments = ["-"], StandardInput = Encoding.UTF8.GetBytes(program), Timeout = TimeSpan.FromSeconds(20) },
            TestContext.Current.CancellationToken);
        Assert.Equal("", result.StandardError);
        return result.StandardOutput;
    }

    public static string Literal(JsonNode? node) => node switch
    {
        null => "nil",
        JsonObject map => "{" + string.Join(", ", map.Select(pair => $"[{Quoted(pair.Key)}] = {Literal(pair.Value)}")) + "}",
        JsonArray list => "{" + string.Join(", ", list.Select(Literal)) + "}",
        _ when node.GetValueKind() == JsonValueKind.String => Quoted(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text) => "\"" + string.Concat(text.Select(c => c < ' ' || c is '"' or '\\' ? $"\\{(int)c:D3}" : c.ToString())) + "\"";
}
