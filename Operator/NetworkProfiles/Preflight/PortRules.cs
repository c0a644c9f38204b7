using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// Ports that agents need and something else holds. With the overlay's port taken an agent is Ready, says Ok and passes no packet
/// (measured); a health port that is taken keeps it from starting.
/// </summary>
internal static class PortRules
{
    private static readonly string[] s_own = ["cilium", "hubble"];

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        var taken = input.Facts
            .OrderBy(n => n.Key, StringComparer.Ordinal)
            .SelectMany(n => (n.Value.Ports ?? []).Where(p => p is { Port: not null, Holder.Length: > 0 } && !IsExpected(input, p.Holder)).Select(p => (Node: n.Key, p.Port, p.Holder)))
            .GroupBy(p => (p.Port, p.Holder));
        foreach (var port in taken)
        {
            var overlay = port.Key.Port!.StartsWith("udp/", StringComparison.Ordinal);
            yield return PreflightFinding.Blocker(PreflightReasons.PortTaken, overlay
                ? $"port {port.Key.Port} is taken by {port.Key.Holder} on {Names.Of(port.Select(p => p.Node))}: agents there would be Ready and pass no packet to other nodes; remove what holds it, or take another spec.routing.tunnelPort"
                : $"port {port.Key.Port} is taken by {port.Key.Holder} on {Names.Of(port.Select(p => p.Node))}: Cilium listens on it there, and its agent or its health check would fail; stop what holds it");
        }
    }

    /// <summary>A running Cilium's own, and what goes with Flannel before its port is needed.</summary>
    private static bool IsExpected(PreflightInput input, string holder) =>
        s_own.Any(own => holder.StartsWith(own, StringComparison.Ordinal))
        || (holder.StartsWith("flannel", StringComparison.Ordinal) && input.Spec.PreviousCNI.Kind != PreviousCniKind.None);
}
