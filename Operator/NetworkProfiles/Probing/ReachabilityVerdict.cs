using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Probing;

public enum Reachability
{
    /// <summary>Every node has answered what it is asked now, and nothing failed.</summary>
    Ok,

    /// <summary>A connection between what is there fails, round after round.</summary>
    Failing,

    /// <summary>A node has not answered yet, or a failure is too young to be believed.</summary>
    NotYetMeasured,
}

/// <summary>
/// What the agents' probes say together. Pure. A failure counts when it has lasted, and when what could not be reached is there:
/// a pod that its own node no longer names is one that was moved, and a node that is down is no news.
/// </summary>
/// <param name="State">The worst of all nodes.</param>
/// <param name="Message">For a person: which pairs fail, or who has not answered.</param>
/// <param name="Failures">By the node that found them.</param>
public sealed record ReachabilityVerdict(Reachability State, string Message, IReadOnlyList<(string Node, ProbeFailure Failure)> Failures)
{
    /// <summary>Two rounds of five seconds, and some for the answers' way.</summary>
    private static readonly TimeSpan s_lasting = TimeSpan.FromSeconds(12);

    private const int MostNamed = 5;

    /// <param name="networks">Those with a probe in their spec count.</param>
    /// <param name="nodes">All of the cluster's.</param>
    /// <param name="now">The present time.</param>
    public static ReachabilityVerdict Of(IEnumerable<V1Alpha1NodeNetwork> networks, IEnumerable<V1Node> nodes, DateTimeOffset now)
    {
        var up = nodes.Where(ProbeRequests.IsUp).ToDictionary(node => node.Metadata.Name!, StringComparer.Ordinal);
        var asked = networks.Where(network => network.Spec?.Inspection?.Probe is not null && up.ContainsKey(network.Metadata.Name!)).ToList();
        var silent = asked.Where(network => network.Status?.Probe?.Round is not { } round || round != network.Spec!.Inspection!.Probe!.Round)
            .Select(network => network.Metadata.Name!).Order(StringComparer.Ordinal).ToList();
        var living = asked.SelectMany(network => network.Status?.Probe?.Sources ?? []).Select(source => source.Address).ToHashSet(StringComparer.Ordinal);
        var addresses = up.Values.SelectMany(node => node.Status?.Addresses ?? []).Select(address => address.Address).ToHashSet(StringComparer.Ordinal);
        var failures = asked
            .SelectMany(network => (network.Status?.Probe?.Failures ?? []).Select(failure => (network.Metadata.Name!, failure)))
            .Where(found => living.Contains(found.failure.Address) || addresses.Contains(found.failure.Address) || found.failure.To?.StartsWith("service ", StringComparison.Ordinal) == true)
            .ToList();
        var lasting = failures.Where(found => now - found.failure.Since >= s_lasting).ToList();
        if (lasting.Count > 0)
        {
            return new ReachabilityVerdict(Reachability.Failing, $"connections fail: {Named(lasting)}", lasting);
        }

        var message = asked.Count == 0 ? "no node is asked to try connections"
            : silent.Count > 0 ? $"{silent.Count} of {asked.Count} nodes have not tried yet: {string.Join(", ", silent.Take(MostNamed))}{(silent.Count > MostNamed ? ", …" : "")}"
            : failures.Count > 0 ? $"it is seen whether this lasts: {Named(failures)}"
            : $"{asked.Sum(network => network.Status!.Probe!.Tried ?? 0)} connections from {asked.Count} nodes and their pods get through";
        return new ReachabilityVerdict(asked.Count > 0 && silent.Count == 0 && failures.Count == 0 ? Reachability.Ok : Reachability.NotYetMeasured, message, failures);
    }

    private static string Named(List<(string Node, ProbeFailure Failure)> failures) => Summary.Of(
        failures.Select(found => $"{(found.Failure.From == found.Node ? $"node {found.Node}" : $"pod {found.Failure.From} on {found.Node}")} to {found.Failure.To}: {found.Failure.Message}"),
        MostNamed);
}
