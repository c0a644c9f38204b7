using NetProfile.SimulatedCluster;

namespace NetProfile.Benchmarks;

/// <summary>All that one run has measured.</summary>
internal sealed record Measurements
{
    public required int Nodes { get; init; }

    public required int Reconciles { get; init; }

    public required Cost Reconcile { get; init; }

    /// <summary>By helm's version.</summary>
    public required IReadOnlyDictionary<string, Cost> Helm { get; init; }

    public required int Upgrades { get; init; }

    public required double ResidentMebibytes { get; init; }

    public required double PeakMebibytes { get; init; }

    public required TimeSpan SteadyCpu { get; init; }

    /// <summary>Requests of a minute in which nothing happens, by verb and resource.</summary>
    public required IReadOnlyDictionary<string, int> SteadyRequests { get; init; }
}

/// <summary>One cluster, one operator, one release; then everything is measured one after the other.</summary>
internal sealed class Benchmark(BenchmarkOptions options, Action<string> say)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);

    private readonly TimeProvider _clock = TimeProvider.System;

    public async Task<Measurements> RunAsync(IReadOnlyList<string> helms, CancellationToken cancellationToken)
    {
        await using var cluster = await BenchmarkCluster.StartAsync(options.Nodes, cancellationToken);
        Cost reconcile;
        TimeSpan steadyCpu;
        double resident, peak;
        IReadOnlyDictionary<string, int> requests;
        await using (var @operator = MeasuredOperator.Start(cluster, options, helms[0]))
        {
            say($"a cluster of {options.Nodes} nodes; the operator installs Cilium");
            cluster.CreateProfile();
            await @operator.UntilAsync(cluster.IsReady, "Ready=True", s_limit, cancellationToken);

            say($"{options.Reconciles} looks at a profile for which there is nothing to do");
            await ReconcileAsync(cluster, @operator, options.Reconciles / 3, cancellationToken);
            reconcile = await ReconcileAsync(cluster, @operator, options.Reconciles, cancellationToken);

            say("a minute in which nothing happens");
            cluster.ForgetRequests();
            var before = ProcessUsage.CpuOf(@operator.Pid);
            await Task.Delay(TimeSpan.FromMinutes(1), _clock, cancellationToken);
            steadyCpu = ProcessUsage.CpuOf(@operator.Pid) - before;
            requests = cluster.OperatorRequests().GroupBy(Name).ToDictionary(group => group.Key, group => group.Count());
            resident = ProcessUsage.MebibytesOf(@operator.Pid, "VmRSS");
            peak = ProcessUsage.MebibytesOf(@operator.Pid, "VmHWM");
        }

        var helm = new Dictionary<string, Cost>();
        foreach (var program in helms)
        {
            var upgrades = new HelmUpgrades(cluster, program);
            var version = await upgrades.VersionAsync(cancellationToken);
            say($"{options.Upgrades} upgrades that change nothing, by helm {version}");
            helm[version] = await upgrades.MeasureAsync(options.Upgrades, cancellationToken);
        }

        return new Measurements
        {
            Nodes = options.Nodes,
            Reconciles = options.Reconciles,
            Reconcile = reconcile,
            Helm = helm,
            Upgrades = options.Upgrades,
            ResidentMebibytes = resident,
            PeakMebibytes = peak,
            SteadyCpu = steadyCpu,
            SteadyRequests = requests,
        };
    }

    /// <summary>
    /// From the change that wakes the operator to the answer of its last request. Between them the client's token bucket fills up
    /// again, or that is what would be measured.
    /// </summary>
    private async Task<Cost> ReconcileAsync(BenchmarkCluster cluster, MeasuredOperator @operator, int times, CancellationToken cancellationToken)
    {
        var requests = await RequestsOfOneAsync(cluster, cancellationToken);
        var version = cluster.ProfileResourceVersion();
        var cpu = ProcessUsage.CpuOf(@operator.Pid);
        var wall = TimeSpan.Zero;
        for (var i = 0; i < times; i++)
        {
            cluster.ForgetRequests();
            var began = _clock.GetTimestamp();
            cluster.Wake();
            await @operator.UntilAsync(() => cluster.Answered() >= requests, "the operator looks at the profile", s_limit, cancellationToken);
            wall += _clock.GetElapsedTime(began);
            await Task.Delay(s_pause, _clock, cancellationToken);
        }

        var cost = new Cost((ProcessUsage.CpuOf(@operator.Pid) - cpu) / times, wall / times);
        return cluster.ProfileResourceVersion() == version ? cost : throw new InvalidOperationException("the profile's status was written: these were no looks without work");
    }

    /// <summary>The fewest of three looks: now and then one also asks agents, or counts pods.</summary>
    private async Task<int> RequestsOfOneAsync(BenchmarkCluster cluster, CancellationToken cancellationToken)
    {
        var fewest = int.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(s_settled, _clock, cancellationToken);
            cluster.ForgetRequests();
            cluster.Wake();
            await Task.Delay(s_settled, _clock, cancellationToken);
            fewest = Math.Min(fewest, cluster.Answered());
        }

        return fewest;
    }

    private static string Name(RequestEntry request) => request.Resource.Length > 0 ? $"{request.Verb} {request.Resource}" : $"{request.Method} {request.Path}";
}
