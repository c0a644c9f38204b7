using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>What a rule may look at.</summary>
internal sealed record PreflightInput
{
    public required EffectiveSpec Spec { get; init; }

    public required NetworkProfileObservation Seen { get; init; }

    /// <summary>What the values depend on beside the spec.</summary>
    public required ValuesContext Context { get; init; }

    /// <summary>The whole values document that is wanted; null when the spec isn't accepted.</summary>
    public JsonObject? Values { get; init; }

    /// <summary>There is no release yet.</summary>
    public bool IsInstall { get; init; }

    /// <summary>By node, what its agent has found for the change at hand; empty while no change needs it.</summary>
    public IReadOnlyDictionary<string, NodeFacts> Facts { get; init; } = new Dictionary<string, NodeFacts>();

    /// <summary>Of the wanted version; null when that is unknown.</summary>
    public CiliumFacts? Cilium => CiliumFacts.TryFor(Spec.Cilium.Version, out var facts, out _) ? facts : null;

    public IReadOnlyCollection<V1Node> Nodes => Seen.Nodes;

    public bool Ipv4 => CiliumValues.Ipv4(Spec, Context);

    public bool Ipv6 => CiliumValues.Ipv6(Spec, Context);

    /// <summary>Raw Helm values of the spec and of valuesFrom, the later ones winning.</summary>
    public JsonObject RawValues() => Seen.ValuesFrom.Merged(Spec.Cilium.Values);
}
