using NetProfile.Processes;

namespace NetProfile.Helm;

/// <summary>
/// One helm call. A caller that cancels (the operator is being stopped, the lease is lost) does not stop helm at once: an
/// interrupted upgrade leaves a half-written cluster and a failed revision, a finished one leaves neither. It is ended only
/// after <see cref="HelmOptions.ShutdownGracePeriod"/>.
/// </summary>
internal sealed class HelmCommand(IProcessRunner processes, HelmLocator locator, HelmWorkspace workspace, HelmOptions options, TimeProvider time)
{
    /// <summary>128 + SIGKILL, as shells have it.</summary>
    private const int Killed = 137;

    public async Task<HelmOutcome> RunAsync(
        HelmVerb verb, Func<HelmFlags, IReadOnlyList<string>> arguments, ReadOnlyMemory<byte> stdin, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var local = verb is HelmVerb.Template or HelmVerb.Pull;
        var program = await locator.LocateAsync(workspace.LocalEnvironment(), cancellationToken);
        if (program.Flags is null)
        {
            return new HelmOutcome { Failure = program.Failure, Message = program.Message };
        }

        var spec = new ProcessSpec
        {
            FileName = program.Path,
            Arguments = arguments(program.Flags),
            StandardInput = stdin,
            Environment = local ? workspace.LocalEnvironment() : workspace.ClusterEnvironment(),
            // Helm keeps its own time; this is for one that hangs.
            Timeout = timeout + options.ProcessGracePeriod,
            GracePeriod = options.ProcessGracePeriod,
        };
        return local ? await RunAsync(spec, verb, cancellationToken) : await RunToItsEndAsync(spec, verb, cancellationToken);
    }

    private async Task<HelmOutcome> RunToItsEndAsync(ProcessSpec spec, HelmVerb verb, CancellationToken cancellationToken)
    {
        using var hard = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var _ = cancellationToken.Register(() => hard.CancelAfter(options.ShutdownGracePeriod));
        try
        {
            return await RunAsync(spec, verb, hard.Token);
        }
        catch (OperationCanceledException)
        {
            return new HelmOutcome { Failure = HelmFailure.Cancelled, Message = $"helm was ended: this program is stopping, and {verb.ToString().ToLowerInvariant()} took more than {options.ShutdownGracePeriod.TotalSeconds:0} s from then" };
        }
    }

    private async Task<HelmOutcome> RunAsync(ProcessSpec spec, HelmVerb verb, CancellationToken cancellationToken)
    {
        try
        {
            var result = await processes.RunAsync(spec, cancellationToken);
            return result.ExitCode == 0
                ? new HelmOutcome { Failure = HelmFailure.None, Output = verb == HelmVerb.Pull ? result.StandardOutput + result.StandardError : result.StandardOutput, Duration = result.Duration }
                : new HelmOutcome
                {
                    Failure = HelmFailures.Classify(result.StandardError, verb),
                    Message = result.ExitCode == Killed ? "helm was killed by signal 9; out of memory?" : HelmMessage.Summary(result.StandardError),
                    Output = HelmMessage.Output(result.StandardError),
                    Duration = result.Duration,
                };
        }
        catch (TimeoutException e)
        {
            return new HelmOutcome { Failure = HelmFailure.Timeout, Message = e.Message };
        }
        catch (ExecutableNotFoundException e)
        {
            return new HelmOutcome { Failure = HelmFailure.HelmMissing, Message = e.Message };
        }
    }
}
