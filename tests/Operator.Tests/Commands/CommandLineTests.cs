using NetProfile.Commands;
using Xunit;

namespace NetProfile.Operator.Tests.Commands;

public class CommandLineTests
{
    [Fact]
    public async Task Version_is_printed_alone()
    {
        var run = await CommandRun.Of("--version");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", run.Output);
    }

    [Fact]
    public async Task Without_arguments_help_is_printed()
    {
        var run = await CommandRun.Of("");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
        Assert.Contains("validate", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("validate")]
    [InlineData("validate -f a.yaml -o xml")]
    [InlineData("validate -f a.yaml --nonsense")]
    public async Task Wrong_command_line_is_told_apart_from_a_no(string arguments)
    {
        var run = await CommandRun.Of(arguments);
        Assert.Equal(ExitCode.Trouble, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Expected_failure_is_one_line_without_a_stack_trace()
    {
        var run = await CommandRun.Of("validate -f /nowhere/profile.yaml");
        Assert.Equal(ExitCode.Trouble, run.ExitCode);
        Assert.Equal("error: /nowhere/profile.yaml: no such file or folder\n", run.Error);
    }

    [Fact]
    public async Task Verbose_shows_where_an_error_came_from()
    {
        var run = await CommandRun.Of("validate -v -f /nowhere/profile.yaml");
        Assert.Contains("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_at_sign_is_no_response_file()
    {
        var run = await CommandRun.Of("validate -f @nowhere.yaml");
        Assert.Equal("error: @nowhere.yaml: no such file or folder\n", run.Error);
    }
}
