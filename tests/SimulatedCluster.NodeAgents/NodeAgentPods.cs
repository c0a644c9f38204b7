using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Transport;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>
/// Plays the program in the pods of the operator's DaemonSet: for each running one the real agent, with its transport and its tasks,
/// on the simulated host of its node. It ends with its pod, and while its node is away.
/// </summary>
public sealed class NodeAgentPods : IAsyncDisposable
{
    private readonly LivingCluster _cluster;
    private readonly IKubernetesClient _client;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Run)> _agents = [];
    private readonly Task _watch;

    private NodeAgentPods(LivingCluster cluster, IKubernetesClient client, TimeProvider clock)
    {
        (_cluster, _client, _clock) = (cluster, client, clock);
        _watch = WatchAsync(_stop.Token);
    }

    public static NodeAgentPods Start(LivingCluster cluster, IKubernetesClient client, TimeProvider clock) => new(cluster, client, clock);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var uid in _agents.Keys.ToList())
        {
            await EndAsync(uid);
        }

        _stop.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in _cluster.Store.WatchAsync("pods", cancellationToken))
        {
            var running = _cluster.Store.List("pods", labelSelector: "app.kubernetes.io/component=node-agent").Where(IsRunning).ToDictionary(pod => pod.Uid(), pod => pod.Str("spec", "nodeName")!);
            foreach (var gone in _agents.Keys.Except(running.Keys).ToList())
            {
                await EndAsync(gone);
            }

            foreach (var (uid, node) in running.Where(pod => !_agents.ContainsKey(pod.Key)))
            {
                var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                _agents[uid] = (stop, RunAsync(node, stop.Token));
            }
        }
    }

    private bool IsRunning(JsonObject pod) =>
        pod.Str("status", "phase") == "Running"
        && pod.Str("metadata", "deletionTimestamp") is null
        && pod.Str("spec", "nodeName") is { } node
        && _cluster.Store.Get("nodes", null, node) is not null
        && !_cluster.Host(node, host => host.Knobs.Unreachable);

    private Task RunAsync(string node, CancellationToken cancellationToken)
    {
        var work = new NodeWork(new SimulatedHostFacade(_cluster, node), new AlwaysReachable(), node, _clock);
        return new NodeAgentService(_client, work, node, _clock, NullLogger<NodeAgentService>.Instance).RunAsync(cancellationToken);
    }

    private async Task EndAsync(string uid)
    {
        var (stop, run) = _agents[uid];
        _agents.Remove(uid);
        await stop.CancelAsync();
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    /// <summary>Simulated nodes have addresses that exist nowhere; their API server does.</summary>
    private sealed class AlwaysReachable : IEndpointProbe
    {
        public Task<EndpointFacts> ProbeAsync(string endpoint, CancellationToken cancellationToken) =>
            Task.FromResult(new EndpointFacts { Endpoint = endpoint, Reachable = true, Milliseconds = 1 });
    }
}
