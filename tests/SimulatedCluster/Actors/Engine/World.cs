using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Engine;

/// <summary>What all actors share.</summary>
public sealed class World(ObjectStore store, ActorTimings timings)
{
    // Names have to differ, not to be secret; the seed makes runs repeat.
    private readonly Random random = new(20);

    public ObjectStore Store { get; } = store;

    public ClusterView View { get; } = new();

    public ActorTimings Timings { get; set; } = timings;

    public HostRegistry Hosts { get; } = new();

    public DateTimeOffset Now => Store.Time.GetUtcNow();

    /// <summary>Another one whenever something may have changed: what was derived from the world before is out of date.</summary>
    internal long Generation { get; set; }

    /// <summary>Nodes whose host state changed since the actors last looked.</summary>
    internal SortedSet<string> Touched { get; } = new(StringComparer.Ordinal);

    /// <summary>Says that a host's state changed: waiting pods and node conditions are looked at again.</summary>
    public void Touch(SimulatedHost host) => Touched.Add(host.Name);

    /// <summary>Five characters as the API server puts behind a generated name.</summary>
    public string Suffix() => new(random.GetItems("bcdfghjklmnpqrstvwxz2456789".AsSpan(), 5));
}
