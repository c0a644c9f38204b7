using NetProfile.Commands;
using NetProfile.Operator.Tests.Commands;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

public class PluginDocsTests
{
    [Fact]
    public async Task Every_verb_is_in_the_guide()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "plugin.md"), TestContext.Current.CancellationToken);
        var help = (await CommandRun.Of("--help")).Output;
        var verbs = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n')
            .Skip(1)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && char.IsAsciiLetter(line[2]))
            .Select(line => line.Trim().Split(' ')[0])
            .ToList();
        Assert.Contains("status", verbs);
        Assert.All(verbs, verb => Assert.Contains($"`{verb}", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_verb_has_help() =>
        Assert.Equal(ExitCode.Success, (await CommandRun.Of("status --help")).ExitCode);
}
