using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.Crds;

/// <summary>
/// The JSON of this group's objects. What is null isn't written, so that server-side apply owns only what was set. The API
/// server sorts keys, so that a type discriminator can be anywhere in its object.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(V1Alpha1NetworkProfile))]
[JsonSerializable(typeof(V1Alpha1NodeNetwork))]
[JsonSerializable(typeof(NetworkProfileSpec))]
[JsonSerializable(typeof(NetworkProfileStatus))]
[JsonSerializable(typeof(PlanStatus))]
[JsonSerializable(typeof(NodeNetworkSpec))]
[JsonSerializable(typeof(NodeNetworkStatus))]
[JsonSerializable(typeof(NodeFacts))]
[JsonSerializable(typeof(V1ObjectMeta))]
[JsonSerializable(typeof(V1Condition))]
public sealed partial class CrdsJsonContext : JsonSerializerContext;
