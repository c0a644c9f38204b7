using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Engine;

/// <summary>
/// Drives the actors. Two ways: <see cref="Step"/> does everything that can be done at the present time and returns (tests
/// with a clock of their own), <see cref="RunAsync"/> goes on in real time. Both take the same lock, which is also taken by
/// whoever looks into the actors from outside (exec, logs, knobs).
/// </summary>
public sealed class ActorEngine : IDisposable
{
    private static readonly string[] WatchedResources =
    [
        "nodes", "pods", "daemonsets.apps", "deployments.apps", "replicasets.apps", "statefulsets.apps", "jobs.batch",
        "configmaps", "customresourcedefinitions.apiextensions.k8s.io",
    ];

    // Two actors that undo each other's work would otherwise hang a test.
    private const int MaxRounds = 100_000;
    private readonly World world;
    private readonly IReadOnlyList<Actor> actors;
    private readonly WatchSubscription subscription;
    private readonly Actor? recorder;
    private readonly SemaphoreSlim poked = new(0);
    private readonly Lock gate = new();

    /// <param name="recorder">An actor that only watches: it works last in each round, and at once when somebody reaches in.</param>
    public ActorEngine(World world, IReadOnlyList<Actor> actors, Actor? recorder = null)
    {
        this.world = world;
        this.actors = recorder is null ? actors : [.. actors, recorder];
        this.recorder = recorder;
        subscription = world.Store.SubscribeToAll();
        foreach (var resource in WatchedResources)
        {
            foreach (var stored in world.Store.Snapshot(world.Store.Resources.Get(resource)).Objects.Values)
            {
                Dispatch(new Change(ChangeType.Added, resource, stored, null, world.Now));
            }
        }
    }

    /// <summary>Looks into the actors' world between two steps.</summary>
    public T Look<T>(Func<World, T> look)
    {
        lock (gate)
        {
            var result = look(world);
            if (world.Touched.Count > 0)
            {
                world.Generation++;
                poked.Release();
            }

            return result;
        }
    }

    /// <summary>Changes the actors' world (hosts, knobs) between two steps; the node, or every node, is looked at afterwards.</summary>
    public void Reach(Action<World> change, string? node = null)
    {
        lock (gate)
        {
            CatchUp();
            change(world);
            world.Generation++;
            List<string> nodes = node is null ? [.. world.Hosts.All.Select(host => host.Name)] : [node];
            world.Touched.UnionWith(nodes);
            nodes.ForEach(touched => recorder?.HostTouched(touched));
            recorder?.Work();
        }

        poked.Release();
    }

    /// <summary>Does all that is due now, and all that follows from it at once.</summary>
    /// <returns>When there will be something to do again, if time alone brings it.</returns>
    public DateTimeOffset? Step()
    {
        lock (gate)
        {
            for (var round = 0; ; round++)
            {
                if (round > MaxRounds)
                {
                    throw new InvalidOperationException($"the actors find no rest at {world.Now:O}: {string.Join(", ", actors.Where(actor => actor.HasWork).Select(actor => actor.GetType().Name))}");
                }

                CatchUp();
                var touched = world.Touched.ToList();
                world.Touched.Clear();
                var worked = touched.Count > 0;
                foreach (var node in touched)
                {
                    foreach (var actor in actors)
                    {
                        actor.HostTouched(node);
                    }
                }

                foreach (var actor in actors)
                {
                    actor.WakeDue();
                    if (actor.HasWork)
                    {
                        worked = true;
                        world.Generation++;
                        actor.Work();
                    }
                }

                if (!worked)
                {
                    return actors.Min(actor => actor.NextDue);
                }
            }
        }
    }

    /// <summary>Runs until cancelled: a step whenever something changed, something is due, or a knob was turned.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var due = Step();
            using var wakeUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reasons = new List<Task> { subscription.Changes.WaitToReadAsync(wakeUp.Token).AsTask(), poked.WaitAsync(wakeUp.Token) };
            if (due is { } time)
            {
                var delay = time - world.Now;
                reasons.Add(Task.Delay(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, world.Store.Time, wakeUp.Token));
            }

            await Task.WhenAny(reasons);
            await wakeUp.CancelAsync();
        }
    }

    public void Dispose()
    {
        subscription.Dispose();
        poked.Dispose();
    }

    private void CatchUp()
    {
        while (subscription.Changes.TryRead(out var change))
        {
            Dispatch(change);
        }
    }

    private void Dispatch(Change change)
    {
        world.Generation++;
        world.View.Apply(change);
        foreach (var actor in actors)
        {
            actor.Observe(change);
        }
    }
}
