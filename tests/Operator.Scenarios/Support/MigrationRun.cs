using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Datapath;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>
/// A cluster with Flannel and pods of every kind, the operator and the node agents on injected time, a person who approves what is
/// asked, and a log of every moment at which somebody could not be reached.
/// </summary>
internal sealed class MigrationRun : IAsyncDisposable
{
    private const string Profiles = ScenarioCluster.Profiles;

    private static readonly RolloutLimits s_limits = new() { Soak = TimeSpan.FromMilliseconds(100), NoProgress = TimeSpan.FromMinutes(5) };

    private IAsyncDisposable? _agents;

    private MigrationRun(ScenarioCluster cluster, ReachabilityLog log) => (Cluster, Log) = (cluster, log);

    public ScenarioCluster Cluster { get; }

    public WarpTimeProvider Clock { get; } = new();

    public ReachabilityLog Log { get; }

    public InProcessOperator? Operator { get; private set; }

    public static async Task<MigrationRun> StartAsync(Func<ClusterBuilder, ClusterBuilder> build, Action<ScenarioCluster>? before = null)
    {
        var cluster = await ScenarioCluster.StartAsync(change: builder => build(builder.WithoutKubeProxy()).WithCoreDns().WithWorkloads());
        try
        {
            await cluster.StoreAsync("pods", _ => IsSettled(cluster));
            before?.Invoke(cluster);
            return new MigrationRun(cluster, cluster.Living.RecordReachability());
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartOperatorAsync()
    {
        _agents ??= NodeAgents.Start(Cluster, Clock);
        Operator = await InProcessOperator.StartAsync(Cluster, Clock, replace: services =>
            services.AddSingleton(s_limits));
    }

    public async Task StopOperatorAsync()
    {
        await Operator!.DisposeAsync();
        Operator = null;
    }

    /// <summary>Native routing without kube-proxy beside Flannel's range, bare pods allowed to go.</summary>
    public void CreateProfile(Action<JsonObject>? change = null)
    {
        Cluster.CreateProfile(change: spec =>
        {
            spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true };
            spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true };
            spec["masquerading"] = new JsonObject { ["mode"] = "BPF" };
            change?.Invoke(spec);
        });
        Cluster.Annotate("netprofile.io/bare-pods", "Delete");
    }

    /// <summary>Time passes whenever the cluster rests, and plans are approved as they ask for it.</summary>
    public async Task<JsonObject> UntilAsync(Func<JsonObject, bool> holds, string what, Func<Task>? eachRest = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Cluster.Patience);
        using var subscription = Cluster.Store.SubscribeToAll();
        while (true)
        {
            var profile = Cluster.Profile()!;
            if (holds(profile))
            {
                return profile;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"never: {what}; last: {profile["status"]?["conditions"]?.ToJsonString()}; plan: {profile["status"]?["plan"]?.ToJsonString()}");
            }

            ApproveIfAsked(profile);
            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, TestContext.Current.CancellationToken);
            if (!subscription.Changes.TryRead(out _))
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                await (eachRest?.Invoke() ?? Task.CompletedTask);
            }

            while (subscription.Changes.TryRead(out _))
            {
                // Only that something has changed counts.
            }
        }
    }

    public Task<JsonObject> ReadyAsync(Func<Task>? eachRest = null) => UntilAsync(
        profile => (string?)ScenarioCluster.Condition(profile, "Ready")?["status"] == "True" && ScenarioCluster.Condition(profile, "Reconciling") is null, "Ready=True", eachRest);

    public Task<JsonObject> ConditionAsync(string type, string status, string reason) => UntilAsync(
        profile => ScenarioCluster.Condition(profile, type) is { } c && (string?)c["status"] == status && (string?)c["reason"] == reason, $"{type}={status} {reason}");

    public async ValueTask DisposeAsync()
    {
        if (Operator is not null)
        {
            await Operator.DisposeAsync();
        }

        if (_agents is not null)
        {
            await _agents.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }

    private void ApproveIfAsked(JsonObject profile)
    {
        if (ScenarioCluster.Condition(profile, "PlanApproved") is { } approved && (string?)approved["reason"] == "AwaitingApproval"
            && (string?)profile["status"]?["plan"]?["digest"] is { } digest
            && (string?)profile["metadata"]!["annotations"]?["netprofile.io/approved-plan"] != digest)
        {
            Cluster.Store.Modify(Profiles, null, (string)profile["metadata"]!["name"]!, found => found["metadata"]!["annotations"]!["netprofile.io/approved-plan"] = digest);
        }
    }

    private static bool IsSettled(ScenarioCluster cluster) =>
        cluster.Store.List("nodes") is { Count: > 0 } nodes
        && cluster.Store.List("pods") is { } pods
        && pods.Count(pod => (string?)pod["metadata"]!["namespace"] == "shop") == 6 + nodes.Count
        && pods.Where(pod => (bool?)pod["spec"]!["hostNetwork"] != true).All(PodHistory.IsReady)
        && pods.Count(pod => (string?)pod["metadata"]!["labels"]?["k8s-app"] == "kube-dns") == 2;
}
