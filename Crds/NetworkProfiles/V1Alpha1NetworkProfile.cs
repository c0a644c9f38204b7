using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Crds.NetworkProfiles;

/// <summary>
/// The network that a cluster should have: which Cilium, in which routing mode, and what happens to the network that was
/// there before. The oldest NetworkProfile of a cluster is in force; any other is refused in its own conditions.
/// </summary>
public sealed record V1Alpha1NetworkProfile : IKubernetesEntity<V1Alpha1NetworkProfile>
{
    public static EntityMetadata Entity { get; } = new("netprofile.io", "v1alpha1", "NetworkProfile", "networkprofiles", EntityScope.Cluster);

    public static JsonTypeInfo<V1Alpha1NetworkProfile> JsonTypeInfo => CrdsJsonContext.Default.V1Alpha1NetworkProfile;

    public string ApiVersion { get; init; } = "netprofile.io/v1alpha1";

    public string Kind { get; init; } = "NetworkProfile";

    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>What is wanted. Written by people and GitOps tools only, never by the operator.</summary>
    public NetworkProfileSpec? Spec { get; init; }

    /// <summary>What the operator has seen and done. Written by the operator only.</summary>
    public NetworkProfileStatus? Status { get; init; }
}
