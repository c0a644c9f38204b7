using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Cilium;
using NetProfile.SimulatedCluster.Actors.Controllers;
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
        var kubelet = new Kubelet(world, new PodNetwork { CiliumPodCIDR = agents.PodCIDROf }, workloads);
        agents.Kubelet = kubelet;
        engine = new ActorEngine(world,
        [
            new DaemonSetController(world), new DeploymentController(world), new ReplicaSetController(world), new StatefulSetController(world),
            new JobController(world), new Scheduler(world), kubelet, agents, ciliumOperator, new NodeActor(world),
        ]);
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

    /// <summary>Changes a node's network state or its knobs; the actors see it at once.</summary>
    public void ChangeHost(string node, Action<SimulatedHost> change) => engine.Reach(world => change(Require(world, node)), node);

    public void SetTimings(Func<ActorTimings, ActorTimings> change) => engine.Reach(world => world.Timings = change(world.Timings));

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
                FlannelTraces.CopyFiles(host);
                FlannelTraces.Install(host, hosts.Count > FlannelWorkload.PeersWithRoutes ? [] : hosts);
                FlannelTraces.LeaveBridge(host);
            }
        });
        foreach (var host in hosts)
        {
            Store.Modify("nodes", null, host.Name, node => FlannelTraces.Annotate(node, host));
        }
    }

    /// <summary>A node more, as the next in the row.</summary>
    public void AddNode(string name) => AddNode(name, controlPlane: false, "1.35.0", []);

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

    internal void AddNode(string name, bool controlPlane, string kubernetesVersion, IEnumerable<Action<SimulatedHost>> changes)
    {
        var node = new JsonObject();
        engine.Reach(world =>
        {
            var host = world.Hosts.Add(name, nodes++);
            foreach (var change in changes)
            {
                change(host);
            }

            node = NodeObjects.Create(host, controlPlane, "v" + kubernetesVersion.TrimStart('v'), world.Now);
        }, name);
        Store.Create("nodes", node);
    }

    private static SimulatedHost Require(World world, string node) =>
        world.Hosts.Find(node) ?? throw new KeyNotFoundException($"there is no node {node}");
}
