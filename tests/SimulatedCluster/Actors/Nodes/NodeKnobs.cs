using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>What a test may do to one node. Set through <see cref="Engine.ActorEngine.Reach"/>; effective from the next start of a container on.</summary>
public sealed class NodeKnobs
{
    /// <summary>Images that contain this text can't be pulled here.</summary>
    public string? ImagePullFails { get; set; }

    /// <summary>Containers of this name end with the given code soon after each start.</summary>
    public Dictionary<string, (int ExitCode, string Log)> Crash { get; } = [];

    /// <summary>Makes the Cilium agent say something else than it would: a failing controller, a stale probe, another mode. Effective at once.</summary>
    public Action<JsonObject>? AgentStatus { get; set; }

    /// <summary>All durations of pods on this node, multiplied.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>The kubelet does not answer and writes nothing; the node turns Unknown.</summary>
    public bool Unreachable { get; set; }

    /// <summary>A pod that never ends: it stays Terminating until forced.</summary>
    public string? PodNeverStops { get; set; }
}
