using NetProfile.Commands;
using Xunit;

namespace NetProfile.Operator.Tests.Commands;

/// <summary>A verb run in memory, and what came of it.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static async Task<CommandRun> Of(string arguments, string input = "", Func<CommandEnvironment, CommandEnvironment>? with = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var environment = new CommandEnvironment
        {
            Output = output,
            Error = error,
            Input = new StringReader(input),
            Clock = TimeProvider.System,
            Variable = _ => null,
            Connect = _ => throw new InvalidOperationException("this verb needs no cluster"),
        };
        var exitCode = await CommandLine.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), with?.Invoke(environment) ?? environment, TestContext.Current.CancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
