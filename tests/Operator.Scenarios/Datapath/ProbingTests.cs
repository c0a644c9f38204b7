using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Probing;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Transport;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Processes;
using NetProfile.SimulatedCluster.NodeAgents;

namespace NetProfile.Operator.Scenarios.Datapath;

/// <summary>The agents' probes over the API, on simulated hosts, from the request to the verdict.</summary>
public sealed class ProbingTests
{
    [Fact]
    public async Task Agents_name_their_pods_try_each_others_and_say_what_is_cut_off_until_it_is_mended()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithFlannel().WithCoreDns().WithWorkloads());
        await cluster.StoreAsync("pods", store => store.List("pods", "shop") is { Count: 9 } pods && pods.All(pod => (string?)pod["status"]?["phase"] == "Running"));
        var clock = new WarpTimeProvider();
        using var client = new KubernetesClient(ClientConfiguration.Load(new ClientConfigurationOptions { KubeConfig = cluster.Kubeconfig }, new ProcessRunner(clock), clock), clock);
        using var stop = new CancellationTokenSource();
        var agents = Nodes.Select(node => new NodeAgentService(
            client, new NodeWork(new SimulatedHostFacade(cluster.Living, node), new NoApi(), node, clock), node, clock, NullLogger<NodeAgentService>.Instance).RunAsync(stop.Token)).ToList();

        // First they are asked for their pods, then for each other's.
        await AskAsync(client);
        await VerdictAsync(client, clock, cluster, verdict => verdict.State == Reachability.Ok);
        await AskAsync(client);
        var ok = await VerdictAsync(client, clock, cluster, verdict => verdict.State == Reachability.Ok);
        Assert.Contains("connections from 3 nodes", ok.Message, StringComparison.Ordinal);
        Assert.All(await NetworksAsync(client), network => Assert.Equal(2, network.Status!.Probe!.Sources!.Count));

        cluster.Living.ChangeHost("node3", host => host.Routes.RemoveAll(route => route.Device == "flannel.1"));
        var failing = await VerdictAsync(client, clock, cluster, verdict => verdict.State == Reachability.Failing, TimeSpan.FromSeconds(5));
        Assert.All(failing.Failures, found => Assert.Contains("node3 has no route to 10.244.", found.Failure.Message, StringComparison.Ordinal));
        Assert.Contains(failing.Failures, found => found.Node == "node1");

        cluster.Store.Delete("daemonsets.apps", "kube-flannel", "kube-flannel-ds");
        cluster.Living.LeaveFlannelTraces();
        await VerdictAsync(client, clock, cluster, verdict => verdict.State == Reachability.Ok, TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await Task.WhenAll(agents).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static readonly string[] Nodes = ["node1", "node2", "node3"];

    private static async Task AskAsync(KubernetesClient client)
    {
        var services = new[] { ProbeRequests.Service("default", "kubernetes", "10.96.0.1", 443), ProbeRequests.Service("kube-system", "kube-dns", "10.96.0.10", 53) };
        foreach (var (node, probe) in ProbeRequests.For(await ListAsync<V1Node>(client), await NetworksAsync(client), ["10.244.0.0/16"], ["10.245.0.0/16"], services, "1"))
        {
            await client.ApplyAsync(
                new V1Alpha1NodeNetwork { Metadata = new V1ObjectMeta { Name = node }, Spec = new NodeNetworkSpec { Inspection = new InspectionRequest { Probe = probe } } },
                new ApplyOptions { FieldManager = "netprofile-operator", Force = true },
                TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Looks after every change of a NodeNetwork until the verdict is as it should be; with a step, time goes on by as much whenever it is not.</summary>
    private static async Task<ReachabilityVerdict> VerdictAsync(KubernetesClient client, WarpTimeProvider clock, ScenarioCluster cluster, Func<ReachabilityVerdict, bool> holds, TimeSpan? step = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var verdict = ReachabilityVerdict.Of(await NetworksAsync(client), await ListAsync<V1Node>(client), clock.GetUtcNow());
            if (holds(verdict))
            {
                return verdict;
            }

            Assert.False(patience.IsCancellationRequested, verdict.Message);
            if (step is { } by)
            {
                clock.Advance(by);
            }

            using var soon = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            soon.CancelAfter(TimeSpan.FromMilliseconds(step is null ? 5000 : 100));
            try
            {
                await foreach (var change in cluster.Store.WatchAsync(NodeAgents.Objects, soon.Token))
                {
                    break;
                }
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                // Time alone may bring it.
            }
        }
    }

    private static Task<IReadOnlyList<V1Alpha1NodeNetwork>> NetworksAsync(KubernetesClient client) => ListAsync<V1Alpha1NodeNetwork>(client);

    private static async Task<IReadOnlyList<T>> ListAsync<T>(KubernetesClient client)
        where T : class, IKubernetesEntity<T> =>
        (await client.ListAsync<T>(new ListOptions(), TestContext.Current.CancellationToken)).Items;

    /// <summary>Simulated nodes have addresses that exist nowhere.</summary>
    private sealed class NoApi : IEndpointProbe
    {
        public Task<EndpointFacts> ProbeAsync(string endpoint, CancellationToken cancellationToken) => Task.FromResult(new EndpointFacts { Endpoint = endpoint, Reachable = true });
    }
}
