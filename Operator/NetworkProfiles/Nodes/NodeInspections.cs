using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>
/// Nodes are looked at before a change that depends on what they are like. That only reads, so it waits for no approval and no other
/// blocker. The agents stay while something is in the way, and look again by themselves.
/// </summary>
internal sealed record NodeInspections
{
    public static readonly NodeInspections None = new();

    /// <summary>Long enough for an image to be pulled and a node to be looked at.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Answers are needed for the change at hand.</summary>
    public bool IsWanted { get; private init; }

    /// <summary>Objects of nodes that are to be asked something new.</summary>
    public IReadOnlyList<V1Alpha1NodeNetwork> Apply { get; private init; } = [];

    /// <summary>What the others have answered.</summary>
    public IReadOnlyDictionary<string, NodeFacts> Facts { get; private init; } = new Dictionary<string, NodeFacts>();

    /// <summary>Nodes whose answer is waited for.</summary>
    public IReadOnlyList<string> Awaited { get; private init; } = [];

    /// <summary>Nodes that are down or stay silent: the change doesn't wait for them.</summary>
    public IReadOnlyList<string> GivenUp { get; private init; } = [];

    /// <summary>Nodes that nobody will ask as long as there is no operator.</summary>
    public IReadOnlyList<string> NotMeasured { get; private init; } = [];

    /// <param name="profile">Who asks.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="endpoints">The API servers' addresses that agents of Cilium would be given.</param>
    /// <param name="purpose">The release that the answers are needed for; null when none is.</param>
    public static NodeInspections Plan(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, IReadOnlyList<string> endpoints, string? purpose)
    {
        if (purpose is null || spec.Suspend || seen.ProfileInForce is not null || seen.NodeAgent.Image is null || seen.Nodes.Count == 0)
        {
            return None;
        }

        if (seen.NodeAgent.OnlyLooks)
        {
            return Known(seen);
        }

        var networks = seen.NodeNetworks.ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);
        var ring = new PeerRing(seen.Nodes);
        var person = profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation);
        var apply = new List<V1Alpha1NodeNetwork>();
        var facts = new Dictionary<string, NodeFacts>(StringComparer.Ordinal);
        var awaited = new List<string>();
        var givenUp = new List<string>();
        foreach (var node in seen.Nodes.Where(n => NodeEligibility.Excluded(n) is null))
        {
            var name = node.Metadata.Name!;
            var network = networks.GetValueOrDefault(name) is { } present && IsOf(present, node) ? present : null;
            var request = NodeInspectionRequest.Marked(NodeInspectionRequest.For(name, spec, ring, endpoints, person), purpose);
            var asked = network?.Spec?.Inspection?.RequestedAt == request.RequestedAt;
            if (asked && network!.Status is { Facts: { } answer } status && status.InspectedFor == request.RequestedAt)
            {
                facts[name] = answer;
                continue;
            }

            if (!asked)
            {
                apply.Add(Request(profile, node, network, request, seen.ObservedAt));
            }

            (IsDown(node) || (asked && seen.ObservedAt - AskedAt(network!) > s_patience) ? givenUp : awaited).Add(name);
        }

        return new NodeInspections { IsWanted = true, Apply = apply, Facts = facts, Awaited = awaited, GivenUp = givenUp };
    }

    /// <summary>Keeps the change waiting; null when every answer that can be had is there.</summary>
    public Blocker? Blocker => Awaited.Count == 0 ? null : new Blocker(PreflightPassed.Type, PreflightPassed.WaitingForNodes,
        $"agents (DaemonSet {NodeAgentManifest.Name}) look at the nodes before anything is changed: kernels, links, ports, API servers, and the way to each other", NeedsPerson: false);

    /// <summary>Both tell the nodes' objects what to do, so both go into one plan.</summary>
    /// <param name="nodes">What the nodes have to do beside.</param>
    /// <param name="isBlocked">Something is in the way that the nodes may show to be mended.</param>
    public NodesPlan AddTo(NodesPlan nodes, bool isBlocked)
    {
        if (!IsWanted)
        {
            return nodes;
        }

        var requests = Apply.ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);
        var both = nodes.Apply.Select(n => requests.Remove(n.Metadata.Name!, out var request) ? n with { Spec = n.Spec! with { Inspection = request.Spec!.Inspection! with { Probe = n.Spec.Inspection?.Probe } } } : n).ToList();
        return nodes with
        {
            Apply = [.. both, .. requests.Values],
            Inspects = true,
            DaemonSetWanted = nodes.DaemonSetWanted || Awaited.Count > 0 || isBlocked,
        };
    }

    /// <summary>What agents have told before, whatever it was asked for: only which ports are taken says nothing of other ports.</summary>
    private static NodeInspections Known(NetworkProfileObservation seen)
    {
        var networks = seen.NodeNetworks.Where(n => n.Status?.Facts is not null).ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);
        var nodes = seen.Nodes.Where(n => NodeEligibility.Excluded(n) is null).ToLookup(n => networks.TryGetValue(n.Metadata.Name!, out var network) && IsOf(network, n));
        return new NodeInspections
        {
            Facts = nodes[true].ToDictionary(n => n.Metadata.Name!, n => networks[n.Metadata.Name!].Status!.Facts! with { Ports = null }, StringComparer.Ordinal),
            NotMeasured = [.. nodes[false].Select(n => n.Metadata.Name!)],
        };
    }

    /// <summary>An object of the name may be of a node that was there before.</summary>
    private static bool IsOf(V1Alpha1NodeNetwork network, V1Node node) =>
        network.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.NodeUidAnnotation) is not { } uid || uid == (node.Metadata.Uid ?? "");

    private static bool IsDown(V1Node node) => node.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "Unknown" }) ?? false;

    private static DateTimeOffset AskedAt(V1Alpha1NodeNetwork network) =>
        DateTimeOffset.TryParse(network.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.PlannedAtAnnotation), CultureInfo.InvariantCulture, out var at) ? at : network.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue;

    /// <summary>A plan that the node has stays; only the question is new.</summary>
    private static V1Alpha1NodeNetwork Request(V1Alpha1NetworkProfile profile, V1Node node, V1Alpha1NodeNetwork? present, InspectionRequest request, DateTimeOffset now) => new()
    {
        Metadata = NodesPlanner.MetadataOf(profile, node, now),
        Spec = (present?.Spec ?? new NodeNetworkSpec()) with { Inspection = request },
    };
}
