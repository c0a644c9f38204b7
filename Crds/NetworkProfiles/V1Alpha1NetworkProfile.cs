using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

/// <summary>
/// The network that a cluster should have: which Cilium, in which routing mode, and what happens to the network that was
/// there before. The oldest NetworkProfile of a cluster is in force; any other is refused in its own conditions.
/// </summary>
[ResourceNames("netprof", "netprofile")]
[PrinterColumn("Version", "string", ".spec.cilium.version", "The wanted Cilium version.")]
[PrinterColumn("Mode", "string", ".spec.routing.mode", "The wanted routing mode.")]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", "Whether the network is as spec asks, measured on every node.")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", "Why it is, or isn't.", Priority = 1)]
[PrinterColumn("Phase", "string", ".status.phase", "What the operator is at.")]
[PrinterColumn("Nodes", "string", ".status.nodes.summary", "Ready nodes of all nodes.")]
[PrinterColumn("Disruption", "string", ".status.plan.disruption", "The worst disruption of the present plan.", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", "When the object was made.")]
public sealed record V1Alpha1NetworkProfile : IKubernetesEntity<V1Alpha1NetworkProfile>
{
    public static EntityMetadata Entity { get; } = new("netprofile.io", "v1alpha1", "NetworkProfile", "networkprofiles", EntityScope.Cluster);

    public static JsonTypeInfo<V1Alpha1NetworkProfile> JsonTypeInfo => CrdsJsonContext.Default.V1Alpha1NetworkProfile;

    public string ApiVersion { get; init; } = "netprofile.io/v1alpha1";

    public string Kind { get; init; } = "NetworkProfile";

    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>What is wanted. Written by people and GitOps tools only, never by the operator.</summary>
    [Schema(Required = true)]
    public NetworkProfileSpec? Spec { get; init; }

    /// <summary>What the operator has seen and done. Written by the operator only.</summary>
    // Without a status kstatus takes a new object for finished, and Flux and kubectl would go on before anybody has looked at it.
    [Schema(DefaultJson = """{"observedGeneration":-1}""")]
    public NetworkProfileStatus? Status { get; init; }
}
