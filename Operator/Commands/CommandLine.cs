using System.CommandLine;

namespace NetProfile.Commands;

/// <summary>The way in: parses, runs one verb, and turns every way in which that can end into an exit code and at most one message.</summary>
public static class CommandLine
{
    /// <summary>EPIPE.</summary>
    private const int BrokenPipe = 32;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var root = RootCommandFactory.Create(environment);
        var parsed = root.Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            return await RefuseAsync(parsed, environment);
        }

        // Signals are handled by the caller, exceptions below: nothing is left to the library's own handlers.
        var invocation = new InvocationConfiguration
        {
            Output = environment.Output,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // Whoever reads has seen enough: `| head`.
            return ExitCode.NobodyReads;
        }
        catch (Exception e)
        {
            var (message, exitCode) = FailureMessage.Of(e);
            await environment.Error.WriteLineAsync($"error: {message}");
            if (parsed.GetValue(GlobalOptions.Verbose))
            {
                await environment.Error.WriteLineAsync(e.ToString());
            }

            return exitCode;
        }
        finally
        {
            await environment.Output.FlushAsync(CancellationToken.None);
        }
    }

    private static async Task<int> RefuseAsync(ParseResult parsed, CommandEnvironment environment)
    {
        foreach (var error in parsed.Errors)
        {
            await environment.Error.WriteLineAsync($"error: {error.Message}");
        }

        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            names.Push(((System.CommandLine.Parsing.CommandResult)result).Command.Name);
        }

        await environment.Error.WriteLineAsync($"See '{string.Join(' ', names)} --help'.");
        return ExitCode.Trouble;
    }
}
