namespace NetProfile.SimulatedCluster.Actors.Datapath;

public enum Reach
{
    Reached,

    /// <summary>It gets there with its node's address instead of its own. A stream that began otherwise breaks.</summary>
    Masqueraded,

    Lost,
}

/// <summary>Whether a new connection gets there, and if it does not, why.</summary>
public readonly record struct Verdict(Reach Reach, string? Why)
{
    public static readonly Verdict Reached = new(Reach.Reached, null);

    public static Verdict Masqueraded(string why) => new(Reach.Masqueraded, why);

    public static Verdict Lost(string why) => new(Reach.Lost, why);

    /// <summary>The worse of the two.</summary>
    public Verdict And(Verdict other) => other.Reach > Reach ? other : this;
}

/// <summary>Which network a pod hangs on, or the node itself.</summary>
public enum Side
{
    Host,

    /// <summary>Flannel's, or canal's.</summary>
    Old,

    Cilium,
}

/// <summary>A running pod and its addresses, IPv4 first.</summary>
public sealed record PodAddress(string Name, IReadOnlyList<string> IPs);

/// <summary>One connection of the matrix: pods as namespace/name, nodes as they are called, services by their names.</summary>
public sealed record Connection(string From, string To, Reach Reach, string? Why);
