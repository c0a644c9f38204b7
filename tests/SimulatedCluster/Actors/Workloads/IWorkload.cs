using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Workloads;

/// <summary>A pod on its node, as a workload sees it.</summary>
public sealed record PodContext(JsonObject Pod, SimulatedHost Host)
{
    public ObjectKey Key => new(Pod.Namespace() ?? "", Pod.Name());

    public string Uid => Pod.Uid();
}

/// <summary>What a container will do once started.</summary>
public sealed record ContainerOutcome
{
    /// <summary>Until the container is ready; null: never.</summary>
    public TimeSpan? ReadyAfter { get; init; }

    /// <summary>What readiness, or the end, waits for beside time; looked at every second.</summary>
    public Func<bool>? When { get; init; }

    /// <summary>Until the process ends by itself; null: it runs on.</summary>
    public TimeSpan? ExitsAfter { get; init; }

    public int ExitCode { get; init; }

    /// <summary>As in the status: Completed, Error, OOMKilled.</summary>
    public string ExitReason => ExitCode switch { 0 => "Completed", 137 => "OOMKilled", _ => "Error" };

    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>What the kubelet finds as the termination message; the last lines of the log unless said.</summary>
    public string? TerminationMessage { get; init; }

    public static ContainerOutcome Completes(TimeSpan after) => new() { ExitsAfter = after };

    public static ContainerOutcome Serves(TimeSpan readyAfter) => new() { ReadyAfter = readyAfter };

    public static ContainerOutcome Fails(TimeSpan after, int exitCode, params IReadOnlyList<string> log) =>
        new() { ExitsAfter = after, ExitCode = exitCode, Log = log };
}

public sealed record CommandResult(int ExitCode, string StandardOutput, string StandardError = "")
{
    public static CommandResult NotFound(string command) => new(
        127, "", $"OCI runtime exec failed: exec failed: unable to start container process: exec: \"{command}\": executable file not found in $PATH: unknown\n");
}

/// <summary>The program inside the pods of one component: decides what its containers do, and changes the host as it runs.</summary>
public interface IWorkload
{
    bool Plays(JsonObject pod);

    /// <summary>A container starts; called again at every restart.</summary>
    ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now);

    /// <summary>The container became ready.</summary>
    void Ready(PodContext pod, string container, DateTimeOffset now)
    {
    }

    /// <summary>The pod's processes are gone.</summary>
    void Stopped(PodContext pod, DateTimeOffset now)
    {
    }

    /// <summary>Something else changed the host while the pod runs; a daemon that watches its own traces puts them back.</summary>
    void HostTouched(PodContext pod)
    {
    }

    /// <summary>null: the command does not exist in the image.</summary>
    CommandResult? Execute(PodContext pod, string container, IReadOnlyList<string> command, DateTimeOffset now) => null;
}
