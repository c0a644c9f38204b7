namespace NetProfile.Processes;

/// <summary>
/// The only way in which this program starts another one. Arguments are a list, never a shell line. When
/// the caller cancels or the timeout passes, the whole process group is ended
/// (SIGTERM, then SIGKILL after <see cref="ProcessSpec.GracePeriod"/>).
/// </summary>
public interface IProcessRunner
{
    /// <exception cref="ExecutableNotFoundException">The file does not exist or is not executable.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child is gone.</exception>
    /// <exception cref="TimeoutException">The child did not end in time; it is gone.</exception>
    Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken);
}

public sealed record ProcessSpec
{
    public required string FileName { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public ReadOnlyMemory<byte> StandardInput { get; init; }

    /// <summary>Added to this process's own environment; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>How long the child may take to end after SIGTERM.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Characters kept of each output stream; what is beyond is read and dropped, so that the child never blocks.</summary>
    public int OutputLimit { get; init; } = 16 * 1024 * 1024;
}

public sealed record ProcessResult(int ExitCode, string StandardOutput, string StandardError, TimeSpan Duration)
{
    /// <summary>One of the streams was longer than <see cref="ProcessSpec.OutputLimit"/>.</summary>
    public bool OutputTruncated { get; init; }
}

public sealed class ExecutableNotFoundException(string fileName, Exception? inner = null)
    : Exception($"'{fileName}' was not found or cannot be executed", inner)
{
    public string FileName { get; } = fileName;
}
