using System.Net;

namespace NetProfile.NodeAgent.Host;

/// <summary>A living pod of the node, as its network namespace shows it.</summary>
/// <param name="Path">A file that stands for the namespace.</param>
/// <param name="Addresses">All but loopback and link-local ones.</param>
public sealed record PodNamespace(string Path, IReadOnlyList<IPAddress> Addresses);

/// <param name="Listens">A refusal is a failure; otherwise it is an answer.</param>
public sealed record ProbeAim(IPAddress Address, int Port, bool Listens);

/// <summary>Connections out of the network namespaces of the node.</summary>
public interface IHostProbes
{
    /// <summary>Namespaces beside the node's own in which a process lives.</summary>
    IReadOnlyList<PodNamespace> Pods();

    /// <summary>Tries all at once.</summary>
    /// <param name="from">null: the node itself.</param>
    /// <param name="targets">What to connect to.</param>
    /// <param name="limit">After which an attempt is given up.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <returns>For each target in order: null when it was reached, else why not.</returns>
    /// <exception cref="HostException">The namespace is gone.</exception>
    Task<IReadOnlyList<string?>> ConnectAsync(PodNamespace? from, IReadOnlyList<ProbeAim> targets, TimeSpan limit, CancellationToken cancellationToken);
}
