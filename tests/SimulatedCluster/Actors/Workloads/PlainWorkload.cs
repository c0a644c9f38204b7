using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Workloads;

/// <summary>Any pod that is nobody else's: init containers and Jobs complete, everything else serves.</summary>
internal sealed class PlainWorkload(World world) : IWorkload
{
    public bool Plays(JsonObject pod) => true;

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        var isInit = pod.Pod.Arr("spec", "initContainers").Objects().Any(init => init.Str("name") == container);
        var runsOnce = pod.Pod.Str("spec", "restartPolicy") is "Never" or "OnFailure";
        return isInit || runsOnce
            ? ContainerOutcome.Completes(world.Timings.InitContainer)
            : ContainerOutcome.Serves(world.Timings.ContainerReady);
    }
}
