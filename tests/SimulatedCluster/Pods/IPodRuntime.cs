using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Pods;

/// <summary>What a kubelet does for the API server: running commands in containers and reading their logs. Actors implement it.</summary>
public interface IPodRuntime
{
    /// <returns>The exit code of the command.</returns>
    /// <exception cref="PodRuntimeException">The command could not be started (unreachable kubelet, no such container).</exception>
    Task<int> ExecAsync(PodExec exec, CancellationToken cancellationToken);

    /// <summary>The log so far, and what follows when <see cref="PodLog.Follow"/> is set.</summary>
    IAsyncEnumerable<string> LogAsync(PodLog log, CancellationToken cancellationToken);
}

public sealed record PodExec
{
    public required JsonObject Pod { get; init; }

    public required string Container { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Empty unless the client asked for stdin.</summary>
    public required Stream StandardInput { get; init; }

    public required Stream StandardOutput { get; init; }

    public required Stream StandardError { get; init; }

    public bool Tty { get; init; }
}

public sealed record PodLog
{
    public required JsonObject Pod { get; init; }

    public required string Container { get; init; }

    public bool Previous { get; init; }

    public bool Follow { get; init; }

    public int? TailLines { get; init; }
}

/// <summary>An answer of the kubelet that is not an exit code; becomes an HTTP error with this code and text.</summary>
public sealed class PodRuntimeException(string message, int code = 500) : Exception(message)
{
    public int Code { get; } = code;
}

/// <summary>A cluster without actors: nothing runs.</summary>
internal sealed class NoPodRuntime : IPodRuntime
{
    public Task<int> ExecAsync(PodExec exec, CancellationToken cancellationToken) =>
        throw new PodRuntimeException("error dialing backend: dial tcp: connect: connection refused");

    public IAsyncEnumerable<string> LogAsync(PodLog log, CancellationToken cancellationToken) =>
        throw new PodRuntimeException($"Get \"https://node:10250/containerLogs/{log.Container}\": dial tcp: connect: connection refused");
}
