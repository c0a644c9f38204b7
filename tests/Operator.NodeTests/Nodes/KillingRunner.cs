using System.Text;
using NetProfile.Processes;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>
/// Ends the agent at its n-th external command, before that has done anything (which is after the one before has done all); or, of
/// the commands that aren't one transaction, in the middle of the n-th.
/// </summary>
internal sealed class KillingRunner(IProcessRunner inner, int at, bool halfway) : IProcessRunner
{
    private int count;

    public bool Killed { get; private set; }

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var batch = spec.FileName == "ip" && spec.StandardInput.Length > 0;
        if ((halfway && !batch) || ++count != at)
        {
            return Killed ? throw new KilledException() : await inner.RunAsync(spec, cancellationToken);
        }

        if (halfway)
        {
            var lines = Encoding.UTF8.GetString(spec.StandardInput.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var half = string.Join('\n', lines.Take(lines.Length / 2)) + "\n";
            await inner.RunAsync(spec with { StandardInput = Encoding.UTF8.GetBytes(half) }, cancellationToken);
        }

        Killed = true;
        throw new KilledException();
    }
}

/// <summary>Nothing in the agent catches it: as far as its work goes the process is gone.</summary>
internal sealed class KilledException : Exception;
