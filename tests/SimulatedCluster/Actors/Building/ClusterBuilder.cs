using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>
/// A cluster with nodes: <c>await new ClusterBuilder().WithNodes(3).WithFlannel().WithKubeProxy().StartAsync(token)</c>.
/// With a clock of its own a test drives it by <see cref="LivingCluster.Step"/>; otherwise <see cref="LivingCluster.RunInBackground"/>.
/// </summary>
public sealed partial class ClusterBuilder
{
    private readonly List<Action<SimulatedHost>> hostChanges = [];
    private readonly List<string> manifests = [];
    private int nodes = 3;
    private int controlPlanes = 1;
    private ClusterOptions options = new();
    private ActorTimings timings = new();
    private string? kubeProxy;
    private Action<JsonObject, SimulatedHost, bool> annotate = (_, _, _) => { };

    /// <summary>Named node1 to nodeN; the first ones are control planes.</summary>
    public ClusterBuilder WithNodes(int count, int controlPlanes = 1)
    {
        (nodes, this.controlPlanes) = (count, Math.Min(controlPlanes, count));
        return this;
    }

    /// <summary>YAML that is there from the beginning.</summary>
    public ClusterBuilder With(string manifest)
    {
        manifests.Add(manifest);
        return this;
    }

    public ClusterBuilder WithTimings(ActorTimings value)
    {
        timings = value;
        return this;
    }

    public ClusterBuilder WithOptions(Func<ClusterOptions, ClusterOptions> change)
    {
        options = change(options);
        return this;
    }

    public ClusterBuilder WithTime(TimeProvider time) => WithOptions(value => value with { Time = time });

    /// <summary>Changes hosts before their nodes appear: kernel, segment, knobs, residues.</summary>
    public ClusterBuilder WithHosts(Action<SimulatedHost> change)
    {
        hostChanges.Add(change);
        return this;
    }

    public async Task<LivingCluster> StartAsync(CancellationToken cancellationToken)
    {
        var api = await Cluster.StartAsync(options, cancellationToken);
        var living = new LivingCluster(api, timings) { Blueprint = new NodeBlueprint(options.KubernetesVersion, hostChanges, annotate) };
        for (var i = 0; i < nodes; i++)
        {
            living.AddNode(string.Create(CultureInfo.InvariantCulture, $"node{i + 1}"), i < controlPlanes);
        }

        if (controlPlanes > 0 && nodes > 0)
        {
            living.Create(Manifests.ApiServers(Enumerable.Range(1, controlPlanes)
                .Select(index => living.Host(string.Create(CultureInfo.InvariantCulture, $"node{index}"), host => host.InternalIP))));
        }

        foreach (var manifest in kubeProxy is null ? manifests : [.. manifests, Manifests.KubeProxy(kubeProxy)])
        {
            living.Create(manifest);
        }

        return living;
    }
}
