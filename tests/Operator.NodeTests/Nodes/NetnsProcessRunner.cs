using NetProfile.Processes;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>Runs every tool inside of one network namespace; can lack tools.</summary>
internal sealed class NetnsProcessRunner(string networkNamespace) : IProcessRunner
{
    private readonly ProcessRunner inner = new(TimeProvider.System);

    public HashSet<string> Missing { get; } = new(StringComparer.Ordinal);

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        if (Missing.Contains(spec.FileName) || ExecutablePath.Find(spec.FileName) is null)
        {
            throw new ExecutableNotFoundException(spec.FileName);
        }

        return await inner.RunAsync(spec with { FileName = "ip", Arguments = ["netns", "exec", networkNamespace, spec.FileName, .. spec.Arguments] }, cancellationToken);
    }
}
