using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Cilium;
using NetProfile.SimulatedCluster.Actors.Controllers;
using NetProfile.SimulatedCluster.Actors.Datapath;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Flannel;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>The API server with everything that makes a cluster live: controllers, scheduler, kubelets, Flannel, kube-proxy, Cilium.</summary>
public sealed class LivingCluster : IAsyncDisposable
{
    private readonly ActorEngine engine;
    private readonly ReachabilityRecorder recorder;
    private readonly Datapath.Datapath datapath;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private int nodes;

    internal LivingCluster(Cluster api, ActorTimings timings)
    {
        Api = api;
        var world = new World(api.Store, timings);
        var agents = new CiliumAgents(world);
        var ciliumOperator = new CiliumOperator(world);
        IReadOnlyList<IWorkload> workloads = [agents, ciliumOperator, new FlannelWorkload(world), new KubeProxyWorkload(world), new PlainWorkload(world)];
        var kubelet = new Kubelet(world, new PodNetwork { CiliumPodCIDRs = agents.PodCIDRsOf }, workloads);
        agents.Kubelet = kubelet;
        recorder = new ReachabilityRecorder(world, kubelet);
        datapath = new Datapath.Datapath(world, kubelet);
        engine = new ActorEngine(world,
        [
            new DaemonSetController(world), new DeploymentController(world), new ReplicaSetController(world), new StatefulSetController(world),
            new JobController(world), new DisruptionController(world), new Scheduler(world), new EmbeddedNetwork(world), kubelet, agents, ciliumOperator, new NodeActor(world),
        ], recorder);
        api.PodRuntime = new ActorPodRuntime(engine, kubelet);
    }

    public Cluster Api { get; }

    public ObjectStore Store => Api.Store;

    /// <summary>Does everything that is due now; says when there is more to do. For tests with their own clock.</summary>
    public DateTimeOffset? Step() => engine.Step();

    /// <summary>Lets the actors run in real time until the cluster is disposed.</summary>
    public void RunInBackground() => running = engine.RunAsync(stopping.Token);

    /// <summary>Reads a node's network state.</summary>
    public T Host<T>(string node, Func<SimulatedHost, T> look) => engine.Look(world => look(Require(world, node)));

    /// <summary>Reads all of them at one moment.</summary>
    public T Hosts<T>(Func<IReadOnlyCollection<SimulatedHost>, T> look) => engine.Look(world => look(world.Hosts.All));

    /// <summary>Changes a node's network state or its knobs; the actors see it at once.</summary>
    public void ChangeHost(string node, Action<SimulatedHost> change) => engine.Reach(world => change(Require(world, node)), node);

    public void SetTimings(Func<ActorTimings, ActorTimings> change) => engine.Reach(world => world.Timings = change(world.Timings));

    /// <summary>Who reaches whom now: all pairs of running pods and nodes.</summary>
    public IReadOnlyList<Connection> Reachability() => engine.Look(_ => datapath.Matrix());

    /// <summary>Of a node, those that have a network of their own.</summary>
    public IReadOnlyList<PodAddress> RunningPods(string node) => engine.Look(_ => datapath.PodsOn(node));

    /// <summary>One connection from a node (or from one of its pods) to an address of a pod, a node or a service.</summary>
    public Verdict TryConnect(string node, string? podIP, string target) => engine.Look(_ => datapath.Try(node, podIP, target));

    public IReadOnlyList<Verdict> TryConnect(string node, string? podIP, IReadOnlyList<string> targets) => engine.Look(_ => datapath.Try(node, podIP, targets));

    /// <summary>From now on writes down who does not reach whom.</summary>
    public ReachabilityLog RecordReachability() => engine.Look(_ => recorder.Begin());

    /// <summary>Power off and on again: all containers of the node start anew, what is not on disk is gone.</summary>
    public void Reboot(string node)
    {
        ChangeHost(node, host => host.Reboot());
        foreach (var pod in Store.List("pods", fieldSelector: $"spec.nodeName={node}"))
        {
            Store.Delete("pods", pod.Namespace(), pod.Name(), new DeleteOptions { GracePeriodSeconds = 0 });
        }
    }

    /// <summary>As if Flannel had run here until somebody deleted its DaemonSet and the pods: devices, rules, files and annotations are left.</summary>
    public void LeaveFlannelTraces()
    {
        var hosts = engine.Look(world => world.Hosts.All.ToList());
        engine.Reach(_ =>
        {
            foreach (var host in hosts)
            {
                FlannelTraces.CopyFiles(host, FlannelSettings.Default);
                FlannelTraces.Install(host, FlannelSettings.Default, hosts.Count > PacketPath.PeersWithRoutes ? [] : hosts);
                FlannelTraces.LeaveBridge(host);
            }
        });
        foreach (var host in hosts)
        {
            Store.Modify("nodes", null, host.Name, node => FlannelTraces.Annotate(node, host, FlannelSettings.Default));
        }
    }

    /// <summary>A node more, as the next in the row.</summary>
    public void AddNode(string name) => AddNode(name, controlPlane: false);

    /// <summary>
    /// k3s: every server is started anew with --flannel-backend=none --disable-network-policy, then the agents. Its containerd then
    /// looks for CNI where containerd does by default; what runs goes on.
    /// </summary>
    public void RestartK3sWithoutFlannel()
    {
        engine.Reach(world =>
        {
            foreach (var host in world.Hosts.All)
            {
                host.EmbeddedFlannel = false;
                host.CniDirectory = "/etc/cni/net.d";
            }
        });
        foreach (var node in Store.List("nodes"))
        {
            var host = engine.Look(world => Require(world, node.Name()));
            Store.Modify("nodes", null, node.Name(), value => EmbeddedNetwork.Annotate(value, host, server: IsControlPlane(value)));
        }
    }

    public void RemoveNode(string name)
    {
        Store.Delete("nodes", null, name);
        engine.Reach(world => world.Hosts.Remove(name));
        foreach (var pod in Store.List("pods", fieldSelector: $"spec.nodeName={name}"))
        {
            Store.Delete("pods", pod.Namespace(), pod.Name(), new DeleteOptions { GracePeriodSeconds = 0 });
        }
    }

    /// <summary>Creates the objects of a YAML text; those that exist stay as they are.</summary>
    public void Create(string manifest)
    {
        foreach (var value in Manifests.Parse(manifest))
        {
            var resource = Store.Resources.FindKind(value.Str("apiVersion")!, value.Str("kind")!)
                ?? throw new ArgumentException($"no resource for {value.Str("apiVersion")} {value.Str("kind")}", nameof(manifest));
            if (Store.Get(resource.QualifiedPlural, value.Namespace(), value.Name()) is null)
            {
                Store.Create(resource.QualifiedPlural, value);
            }
        }
    }

    /// <summary>Creates the objects of a YAML text, or makes them be as it says, as an upgrade does.</summary>
    public void Apply(string manifest)
    {
        Create(manifest);
        foreach (var value in Manifests.Parse(manifest))
        {
            var resource = Store.Resources.FindKind(value.Str("apiVersion")!, value.Str("kind")!)!;
            Store.Modify(resource.QualifiedPlural, value.Namespace(), value.Name(), stored =>
            {
                foreach (var (field, content) in value.Where(pair => pair.Key is not ("metadata" or "status" or "apiVersion" or "kind")))
                {
                    stored[field] = content?.DeepClone();
                }
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        engine.Dispose();
        stopping.Dispose();
        await Api.DisposeAsync();
        if (running.IsFaulted)
        {
            // A cluster that stood still must not look like a test that waited in vain.
            await running;
        }
    }

    internal NodeBlueprint Blueprint { get; init; } = new("1.35.0", [], (_, _, _) => { });

    internal void AddNode(string name, bool controlPlane)
    {
        var node = new JsonObject();
        engine.Reach(world =>
        {
            var host = world.Hosts.Add(name, nodes++);
            foreach (var change in Blueprint.Changes)
            {
                change(host);
            }

            node = NodeObjects.Create(host, controlPlane, "v" + Blueprint.KubernetesVersion.TrimStart('v'), world.Now);
            Blueprint.Annotate(node, host, controlPlane);
        }, name);
        Store.Create("nodes", node);
    }

    private static bool IsControlPlane(JsonObject node) => node.Obj("metadata", "labels")?.ContainsKey("node-role.kubernetes.io/control-plane") == true;

    private static SimulatedHost Require(World world, string node) =>
        world.Hosts.Find(node) ?? throw new KeyNotFoundException($"there is no node {node}");
}

/// <summary>What every node of a cluster has, also one that joins later.</summary>
internal sealed record NodeBlueprint(string KubernetesVersion, IReadOnlyList<Action<SimulatedHost>> Changes, Action<JsonObject, SimulatedHost, bool> Annotate);
