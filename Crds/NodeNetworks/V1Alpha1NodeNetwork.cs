using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NodeNetworks;

/// <summary>
/// One node's share of the work, named after the node: spec is the plan that the operator made for it, status is what the
/// node agent found and did. Not meant to be written by people.
/// </summary>
[ResourceNames("nodenet", "netprofile")]
[PrinterColumn("Migration", "string", ".status.migration.state", "Where the node stands in the migration.")]
[PrinterColumn("Audit", "string", ".status.audit", "Whether anything of the previous network is left.")]
[PrinterColumn("Kernel", "string", ".status.facts.kernel.version", "The node's kernel.")]
[PrinterColumn("Plan", "string", ".spec.planId", "The plan for this node.", Priority = 1)]
[PrinterColumn("Done", "string", ".status.planId", "The plan that results are there for.", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", "When the object was made.")]
public sealed record V1Alpha1NodeNetwork : IKubernetesEntity<V1Alpha1NodeNetwork>
{
    public static EntityMetadata Entity { get; } = new("netprofile.io", "v1alpha1", "NodeNetwork", "nodenetworks", EntityScope.Cluster);

    public static JsonTypeInfo<V1Alpha1NodeNetwork> JsonTypeInfo => CrdsJsonContext.Default.V1Alpha1NodeNetwork;

    public string ApiVersion { get; init; } = "netprofile.io/v1alpha1";

    public string Kind { get; init; } = "NodeNetwork";

    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The plan for this node. Written by the operator only.</summary>
    public NodeNetworkSpec? Spec { get; init; }

    /// <summary>What this node's agent found and did.</summary>
    public NodeNetworkStatus? Status { get; init; }
}
