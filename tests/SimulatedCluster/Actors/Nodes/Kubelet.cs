using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Datapath;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>
/// All kubelets: runs the pods that are bound to a node, from the sandbox over init containers to readiness, restarts what
/// crashes, ends what is deleted. What a container does is said by its <see cref="IWorkload"/>.
/// </summary>
internal sealed class Kubelet(World world, PodNetwork network, IReadOnlyList<IWorkload> workloads) : Actor(world)
{
    private static readonly TimeSpan PullRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GatePoll = TimeSpan.FromSeconds(1);
    private readonly Dictionary<ObjectKey, PodRun> runs = [];

    public override void Observe(Change change)
    {
        if (change.Resource == "pods" && change.Object.Value.Str("spec", "nodeName") is { Length: > 0 })
        {
            LookAt(change.Object.Key);
        }
    }

    public override void HostTouched(string node)
    {
        var host = World.Hosts.Find(node);
        foreach (var pod in View.PodsOn(node).ToList())
        {
            var key = new ObjectKey(pod.Namespace() ?? "", pod.Name());
            var run = runs.GetValueOrDefault(key);
            if (run?.Stage == PodStage.Running && host is { Knobs.Unreachable: false } && !pod.IsDeleting() && run.Main.Any(container => container.Phase == ContainerPhase.Running))
            {
                run.Workload.HostTouched(new PodContext(pod, host));
            }

            if (run is null || run.Stage != PodStage.Running || run.Network == "flannel" || pod.IsDeleting() || run.Main.Any(container => !container.Ready))
            {
                LookAt(key);
            }
        }
    }

    public PodRun? Run(ObjectKey key) => runs.GetValueOrDefault(key);

    public IEnumerable<(JsonObject Pod, PodRun Run)> RunsOn(string node)
    {
        foreach (var pod in View.PodsOn(node))
        {
            if (runs.TryGetValue(new ObjectKey(pod.Namespace() ?? "", pod.Name()), out var run) && run.Uid == pod.Uid())
            {
                yield return (pod, run);
            }
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        var pod = Store.Get("pods", key.Namespace, key.Name);
        var host = World.Hosts.Find(pod.Str("spec", "nodeName") ?? "");
        if (runs.TryGetValue(key, out var run) && run.Uid != pod?.Uid())
        {
            // Deleted by force: its processes end all the same.
            End(run, key);
            run = null;
        }

        if (pod is null || host is null || host.Knobs.Unreachable)
        {
            return;
        }

        if (run is null && pod.IsDeleting() && pod.Long("metadata", "deletionGracePeriodSeconds") == 0)
        {
            // Its processes have ended; a finalizer keeps the object.
            return;
        }

        if (run is null)
        {
            if (pod.Str("status", "phase") is "Failed" or "Succeeded")
            {
                if (pod.IsDeleting())
                {
                    Delete(pod);
                }

                return;
            }

            runs[key] = run = new PodRun(pod, workloads.First(workload => workload.Plays(pod)), Now);
        }

        var context = run.Context = new PodContext(pod, host);
        if (pod.IsDeleting())
        {
            Stop(run, context);
            return;
        }

        var due = Advance(run, context);
        Write(run, context);
        if (due is { } next)
        {
            LookAgainAt(key, next);
        }
    }

    private void Stop(PodRun run, PodContext context)
    {
        var grace = TimeSpan.FromSeconds(context.Pod.Long("metadata", "deletionGracePeriodSeconds") ?? 0);
        var stop = World.Timings.PodStop * context.Host.Knobs.Slowness;
        run.StopsAt ??= Now + (stop < grace ? stop : grace);
        if (context.Host.Knobs.PodNeverStops is { } name && context.Pod.Name().Contains(name, StringComparison.Ordinal))
        {
            return;
        }

        if (Now < run.StopsAt)
        {
            LookAgainAt(context.Key, run.StopsAt.Value);
            return;
        }

        End(run, context.Key);
        Delete(context.Pod);
    }

    private void End(PodRun run, ObjectKey key)
    {
        runs.Remove(key);
        if (run.Context is not { } context)
        {
            return;
        }

        run.Workload.Stopped(context, Now);
        if (run is { PodIP: not null, Network: { } kind, HostNetwork: false })
        {
            network.Detach(context.Host, run.PodIPs, kind);
        }

        World.Touch(context.Host);
    }

    private void Delete(JsonObject pod) =>
        Store.Delete("pods", pod.Namespace(), pod.Name(), new DeleteOptions { GracePeriodSeconds = 0, Uid = pod.Uid() });

    /// <summary>Brings the pod as far as the present time allows.</summary>
    /// <returns>When there will be more to do.</returns>
    private DateTimeOffset? Advance(PodRun run, PodContext context)
    {
        if (run.Stage == PodStage.Sandbox)
        {
            var made = run.StageSince + (World.Timings.Sandbox * context.Host.Knobs.Slowness);
            if (Now < made)
            {
                return made;
            }

            if (!Attach(run, context))
            {
                return null;
            }

            run.Enter(PodStage.Init, Now);
        }

        if (run.Stage == PodStage.Init)
        {
            foreach (var container in run.Init.Where(container => !container.Ready))
            {
                var due = Drive(container, run, context, isInit: true);
                if (!container.Ready)
                {
                    return due;
                }
            }

            run.Enter(PodStage.Running, Now);
        }

        if (run.Stage == PodStage.Finished)
        {
            return null;
        }

        var next = run.Main.Select(container => Drive(container, run, context, isInit: false)).Where(due => due is not null).Min();
        if (run.Main.All(container => container.Phase == ContainerPhase.Terminated))
        {
            run.Enter(PodStage.Finished, Now);
        }

        return next;
    }

    private bool Attach(PodRun run, PodContext context)
    {
        if (run.HostNetwork)
        {
            (run.PodIPs, run.Network) = ([context.Host.InternalIP], "host");
            return true;
        }

        var attachment = network.Attach(context.Host, context.Key);
        (run.PodIPs, run.Network) = (attachment.PodIPs, attachment.Network);
        return attachment.Failure is null;
    }

    private DateTimeOffset? Drive(ContainerRun container, PodRun run, PodContext context, bool isInit)
    {
        var knobs = context.Host.Knobs;
        while (true)
        {
            switch (container.Phase)
            {
                case ContainerPhase.Waiting:
                    var start = run.RestartAt.GetValueOrDefault(container.Name, run.StageSince + (World.Timings.ImagePull * knobs.Slowness));
                    if (Now < start)
                    {
                        return start;
                    }

                    if (knobs.ImagePullFails is { } image && container.Image.Contains(image, StringComparison.Ordinal))
                    {
                        container.Wait(
                            container.WaitingReason == "ErrImagePull" ? "ImagePullBackOff" : "ErrImagePull",
                            $"Back-off pulling image \"{container.Image}\": rpc error: code = NotFound desc = failed to pull and unpack image: not found");
                        return run.RestartAt[container.Name] = Now + PullRetry;
                    }

                    var outcome = knobs.Crash.TryGetValue(container.Name, out var crash)
                        ? ContainerOutcome.Fails(World.Timings.AgentFatal, crash.ExitCode, crash.Log)
                        : run.Workload.Start(context, container.Name, Now);
                    container.Start(outcome, Id(run.Uid, container), Now);
                    break;

                case ContainerPhase.Running:
                    var exit = container.StartedAt + (container.Outcome.ExitsAfter * knobs.Slowness);
                    var ready = container.Ready ? null : container.StartedAt + (container.Outcome.ReadyAfter * knobs.Slowness);
                    if ((exit <= Now || ready <= Now) && container.Outcome.When?.Invoke() == false)
                    {
                        return Now + GatePoll;
                    }

                    if (exit <= Now)
                    {
                        container.Exit(Now);
                        break;
                    }

                    if (IsCutOff(container, run, context))
                    {
                        // Its probe fails for as long as the bridge is gone; without a probe nobody notices.
                        container.Ready = false;
                        return exit;
                    }

                    if (ready <= Now)
                    {
                        container.Ready = true;
                        run.Workload.Ready(context, container.Name, Now);
                        World.Touch(context.Host);
                        ready = null;
                    }

                    return exit is null || (ready is not null && ready < exit) ? ready : exit;

                default:
                    if (container.Outcome.ExitCode == 0 && isInit)
                    {
                        container.Ready = true;
                        return null;
                    }

                    if (!Restarts(context.Pod, container))
                    {
                        return null;
                    }

                    // The first restart is immediate, as a kubelet's.
                    var delay = container.Restarts == 0 ? TimeSpan.Zero : Backoff(container.Restarts);
                    run.RestartAt[container.Name] = Now + delay;
                    container.BackOff(delay, $"{context.Key.Name}_{context.Key.Namespace}({run.Uid})");
                    break;
            }
        }
    }

    /// <summary>A pod of Flannel hangs on its bridge, and the kubelet reaches it by the bridge's route.</summary>
    private static bool IsCutOff(ContainerRun container, PodRun run, PodContext context) =>
        run.Network == "flannel" && (!PacketPath.IsAttached(context.Host, run.PodIP!) || PacketPath.DeliverToOldPods(context.Host, v6: false).Reach == Reach.Lost)
        && context.Pod.Arr("spec", "containers").Objects().Any(spec => spec.Str("name") == container.Name && spec.Obj("readinessProbe") is not null);

    private TimeSpan Backoff(int restarts)
    {
        var delay = World.Timings.Backoff * Math.Pow(2, Math.Min(restarts - 1, 10));
        return delay < World.Timings.MaxBackoff ? delay : World.Timings.MaxBackoff;
    }

    private static bool Restarts(JsonObject pod, ContainerRun container) => pod.Str("spec", "restartPolicy") switch
    {
        "Never" => false,
        "OnFailure" => container.Outcome.ExitCode != 0,
        _ => true,
    };

    private static string Id(string uid, ContainerRun container) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{uid}/{container.Name}/{container.Restarts}")));

    private void Write(PodRun run, PodContext context)
    {
        var status = PodStatus.Render(run, context.Host.InternalIP, context.Pod.Obj("status"), Now);
        if (JsonNode.DeepEquals(status, run.Written))
        {
            return;
        }

        run.Written = status;
        Store.ModifyStatus("pods", context.Key.Namespace, context.Key.Name, pod =>
        {
            if (pod.Uid() == run.Uid)
            {
                pod["status"] = status.DeepClone();
            }
        });
    }
}
