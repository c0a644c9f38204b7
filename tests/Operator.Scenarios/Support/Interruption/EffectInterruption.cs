using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.Support.Interruption;

/// <summary>
/// Runs our software again and again until a goal is reached, and ends each life where it is told to. Effects are counted by decorators
/// of the two interfaces behind which they all are, the API client and the process runner; from its end on a life can neither write nor
/// read, whatever its threads still do. Renewals of the Lease and events are no effects: they follow the clock, not the work.
/// <code>
/// var goal = cluster.ReadyAsync(2);
/// var run = await EffectInterruption.RunAsync(cluster, async life => await InProcessOperator.StartAsync(cluster, replace: life.Install), Deaths.AfterEvery, goal);
/// </code>
/// A life that also plays nodes starts <c>NodeAgents</c> with <c>life.Client(client, "nodes")</c> and returns both in <see cref="Several"/>.
/// For a run with a single death count first, with <see cref="Deaths.Never"/>, then once for each k with <see cref="Deaths.At"/>.
/// </summary>
internal sealed class EffectInterruption
{
    /// <summary>Lives that do nothing but repeat one effect are a loop that never ends.</summary>
    private const int MostRepetitions = 12;

    private readonly Lock _lock = new();
    private readonly List<Effect> _effects = [];

    private EffectInterruption(ScenarioCluster cluster, Func<Effect, Moment, bool> dies) => (Cluster, Dies) = (cluster, dies);

    /// <summary>In order, over all lives.</summary>
    public IReadOnlyList<Effect> Effects
    {
        get
        {
            lock (_lock)
            {
                return [.. _effects];
            }
        }
    }

    public int Lives { get; private set; }

    /// <summary>The write at which helm is killed, where <see cref="Moment.During"/> is asked for: settings are new then, agents old.</summary>
    public static FaultTarget HelmsWrite { get; } = new("patch", "daemonsets.apps", UserAgent: "Helm");

    internal ScenarioCluster Cluster { get; }

    internal Func<Effect, Moment, bool> Dies { get; }

    /// <param name="cluster">The world, which outlives everybody.</param>
    /// <param name="start">Starts all of our software in a life; what it returns is disposed of when the life ends.</param>
    /// <param name="dies">Asked at each effect.</param>
    /// <param name="goal">Ends the last life.</param>
    public static async Task<EffectInterruption> RunAsync(ScenarioCluster cluster, Func<Life, Task<IAsyncDisposable>> start, Func<Effect, Moment, bool> dies, Task goal)
    {
        var run = new EffectInterruption(cluster, dies);
        while (!goal.IsCompleted)
        {
            run.Lives++;
            var life = new Life(run, run.Lives);
            await using (await start(life))
            {
                await Task.WhenAny(life.Death, goal);
            }

            run.ExpectProgress();
        }

        await goal;
        return run;
    }

    public string Summary() => $"{Effects.Count} effects in {Lives} lives";

    internal Effect Begin(Life life, string text)
    {
        lock (_lock)
        {
            var effect = new Effect(_effects.Count + 1, _effects.Count(e => e.Life == life.Number) + 1, life.Number, text) { Nth = _effects.Count(e => e.Text == text) + 1 };
            _effects.Add(effect);
            return effect;
        }
    }

    private void ExpectProgress()
    {
        var last = Effects.TakeLast(MostRepetitions).ToList();
        if (last.Count == MostRepetitions && last.All(e => e.Text == last[0].Text) && last.Select(e => e.Life).Distinct().Count() == MostRepetitions)
        {
            throw new InvalidOperationException($"{MostRepetitions} lives in a row did nothing but '{last[0].Text}': what one does, the next does not see");
        }
    }
}

/// <summary>Disposes of several things, the last one first.</summary>
internal sealed class Several(params IAsyncDisposable[] parts) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts.Reverse())
        {
            await part.DisposeAsync();
        }
    }
}
