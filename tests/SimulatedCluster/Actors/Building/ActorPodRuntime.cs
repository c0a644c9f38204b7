using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Pods;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>The kubelets' side of exec and logs.</summary>
internal sealed class ActorPodRuntime(ActorEngine engine, Kubelet kubelet) : IPodRuntime
{
    public async Task<int> ExecAsync(PodExec exec, CancellationToken cancellationToken)
    {
        var result = engine.Look(world =>
        {
            var (run, context) = Find(world, exec.Pod);
            if (run.Container(exec.Container) is not { Phase: ContainerPhase.Running })
            {
                throw new PodRuntimeException($"container not found (\"{exec.Container}\")", 500);
            }

            return run.Workload.Execute(context, exec.Container, exec.Command, world.Now) ?? CommandResult.NotFound(exec.Command[0]);
        });
        await exec.StandardOutput.WriteAsync(Encoding.UTF8.GetBytes(result.StandardOutput), cancellationToken);
        await exec.StandardError.WriteAsync(Encoding.UTF8.GetBytes(result.StandardError), cancellationToken);
        return result.ExitCode;
    }

    public async IAsyncEnumerable<string> LogAsync(PodLog log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = engine.Look(world =>
        {
            var (run, context) = Find(world, log.Pod);
            var container = run.Container(log.Container) ?? throw new PodRuntimeException($"container {log.Container} is not valid for pod {context.Key.Name}", 400);
            if (log.Previous && container.LastTermination is null)
            {
                throw new PodRuntimeException($"previous terminated container \"{log.Container}\" in pod \"{context.Key.Name}\" not found", 400);
            }

            if (!log.Previous && container.StartedAt == default)
            {
                throw new PodRuntimeException($"container \"{log.Container}\" in pod \"{context.Key.Name}\" is waiting to start: {container.WaitingReason}", 400);
            }

            return log.Previous ? container.PreviousLog : container.Outcome.Log;
        });
        foreach (var line in log.TailLines is { } tail ? lines.TakeLast(tail) : lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }

        if (log.Follow)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private (PodRun Run, PodContext Context) Find(World world, JsonObject pod)
    {
        var host = world.Hosts.Find(pod.Str("spec", "nodeName") ?? "");
        if (host is null || host.Knobs.Unreachable)
        {
            throw new PodRuntimeException($"error dialing backend: dial tcp {host?.InternalIP ?? ""}:10250: connect: no route to host", 500);
        }

        var run = kubelet.Run(new ObjectKey(pod.Namespace() ?? "", pod.Name()))
            ?? throw new PodRuntimeException($"pod does not exist on node {host.Name}", 404);
        return (run, new PodContext(pod, host));
    }
}
