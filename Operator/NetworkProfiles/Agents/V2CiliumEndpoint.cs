using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>Named after its pod. Nothing but that is read.</summary>
internal sealed record V2CiliumEndpoint : IKubernetesEntity<V2CiliumEndpoint>
{
    public static EntityMetadata Entity { get; } = new("cilium.io", "v2", "CiliumEndpoint", "ciliumendpoints", EntityScope.Namespaced);

    static JsonTypeInfo<V2CiliumEndpoint> IKubernetesEntity<V2CiliumEndpoint>.JsonTypeInfo => CiliumObjectsContext.Default.V2CiliumEndpoint;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(V2CiliumEndpoint))]
internal sealed partial class CiliumObjectsContext : JsonSerializerContext;
