using System.Globalization;
using NetProfile.Cilium.Health;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>What the operator has done to the agents' DaemonSet beside helm, as an annotation of it: "frozen:5:why", "continued:5:", "retried:5:", "widened:5:".</summary>
/// <param name="State">One of the constants.</param>
/// <param name="Reason">Why it was frozen.</param>
internal sealed record HoldMark(string State, string Reason)
{
    public const string Annotation = "netprofile.io/rollout";
    public const string Frozen = "frozen";
    public const string Continued = "continued";
    public const string Retried = "retried";
    public const string Widened = "widened";

    /// <summary>Owns the strategy while the operator holds it, so that giving it up is an apply of nothing.</summary>
    public const string FieldManager = "netprofile-rollout";

    public bool IsFrozen => State == Frozen;

    public bool IsContinued => State == Continued;

    public bool IsRetried => State == Retried;

    public bool IsWidened => State == Widened;

    /// <returns>null when there is none, or it speaks of another revision than the one that runs.</returns>
    public static HoldMark? Of(NetworkProfileObservation seen, HelmRelease running) =>
        TextOf(seen)?.Split(':', 3) is [var state, var revision, var reason] && revision == running.Revision.ToString(CultureInfo.InvariantCulture)
            ? new HoldMark(state, reason)
            : null;

    public static string? TextOf(NetworkProfileObservation seen) => DaemonSet(seen)?.Metadata.Annotations?.GetValueOrDefault(Annotation);

    public static string Text(string state, int revision, string reason) => string.Create(CultureInfo.InvariantCulture, $"{state}:{revision}:{reason}");

    private static V1DaemonSet? DaemonSet(NetworkProfileObservation seen) => seen.CiliumDaemonSets.FirstOrDefault(d => d.Metadata.Name == ComponentNames.AgentDaemonSet);
}
