using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

internal enum ContainerPhase
{
    Waiting,
    Running,
    Terminated,
}

/// <summary>One container of a running pod, from its first start over all restarts.</summary>
internal sealed class ContainerRun(string name, string image)
{
    private static readonly ContainerOutcome Nothing = new();

    public string Name { get; } = name;

    public string Image { get; } = image;

    public ContainerPhase Phase { get; private set; }

    public string WaitingReason { get; private set; } = "ContainerCreating";

    public string? WaitingMessage { get; private set; }

    public ContainerOutcome Outcome { get; private set; } = Nothing;

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset FinishedAt { get; private set; }

    public int Restarts { get; private set; }

    public bool Ready { get; set; }

    public string Id { get; private set; } = "";

    public IReadOnlyList<string> PreviousLog { get; private set; } = [];

    /// <summary>How the run before this one ended.</summary>
    public JsonObject? LastTermination { get; private set; }

    public void Wait(string reason, string? message = null)
    {
        Phase = ContainerPhase.Waiting;
        WaitingReason = reason;
        WaitingMessage = message;
        Ready = false;
    }

    public void Start(ContainerOutcome outcome, string id, DateTimeOffset now)
    {
        if (Phase == ContainerPhase.Terminated || LastTermination is not null)
        {
            Restarts++;
        }

        Phase = ContainerPhase.Running;
        Outcome = outcome;
        StartedAt = now;
        Id = "containerd://" + id;
        Ready = false;
    }

    public void Exit(DateTimeOffset now)
    {
        FinishedAt = now;
        Phase = ContainerPhase.Terminated;
        Ready = false;
        PreviousLog = Outcome.Log;
    }

    /// <summary>The restart waits; what ended becomes the last state.</summary>
    public void BackOff(TimeSpan delay, string pod)
    {
        LastTermination = Termination();
        Wait("CrashLoopBackOff", $"back-off {Duration(delay)} restarting failed container={Name} pod={pod}");
    }

    public JsonObject Termination()
    {
        var terminated = new JsonObject
        {
            ["exitCode"] = Outcome.ExitCode,
            ["reason"] = Outcome.ExitReason,
            ["startedAt"] = PodStatus.Stamp(StartedAt),
            ["finishedAt"] = PodStatus.Stamp(FinishedAt),
            ["containerID"] = Id,
        };
        if (Outcome.ExitCode != 0 && Message() is { Length: > 0 } message)
        {
            terminated["message"] = message;
        }

        return terminated;
    }

    /// <summary>At most 80 lines or 2 KB of the log's end, as FallbackToLogsOnError takes.</summary>
    private string Message()
    {
        var text = Outcome.TerminationMessage ?? string.Join('\n', Outcome.Log.TakeLast(80));
        return text.Length <= 2048 ? text : text[^2048..];
    }

    private static string Duration(TimeSpan delay) =>
        delay.TotalMinutes >= 1
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(int)delay.TotalMinutes}m{delay.Seconds}s")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(int)delay.TotalSeconds}s");
}
