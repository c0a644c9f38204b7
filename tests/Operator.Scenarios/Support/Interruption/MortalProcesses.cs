using NetProfile.Processes;
using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.Support.Interruption;

/// <summary>Helm's verbs that write are effects; those that only render or download are not.</summary>
internal sealed class MortalProcesses(IProcessRunner inner, Life life, Faults faults) : IProcessRunner
{
    public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var verb = spec.Arguments.Count > 0 ? spec.Arguments[0] : "";
        if (verb is not ("upgrade" or "install" or "rollback" or "uninstall"))
        {
            life.ThrowIfOver();
            return inner.RunAsync(spec, cancellationToken);
        }

        return life.ActAsync(
            $"{Path.GetFileName(spec.FileName)} {verb} {spec.Arguments[1]}",
            () => inner.RunAsync(spec, cancellationToken),
            () => KillInTheMiddleAsync(spec, cancellationToken));
    }

    private async Task KillInTheMiddleAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var _ = faults.Hold(EffectInterruption.HelmsWrite, new TaskCompletionSource().Task, met: kill.Cancel);
        try
        {
            await inner.RunAsync(spec with { GracePeriod = TimeSpan.Zero }, kill.Token);
        }
        catch (OperationCanceledException)
        {
            // Killed, as asked for.
        }
    }
}
