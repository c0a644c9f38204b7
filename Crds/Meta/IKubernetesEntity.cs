using System.Text.Json.Serialization.Metadata;

namespace NetProfile.Crds.Meta;

/// <summary>Any object of the API.</summary>
public interface IKubernetesObject<out TMetadata>
{
    string ApiVersion { get; }

    string Kind { get; }

    TMetadata Metadata { get; }
}

/// <summary>
/// An object that knows its own group, version, kind and JSON contract, so that the client needs no registry and no
/// reflection. Read models hold only the fields that this program reads: there is no PUT, because it would erase the rest.
/// </summary>
public interface IKubernetesEntity<TSelf> : IKubernetesObject<V1ObjectMeta>
    where TSelf : class, IKubernetesEntity<TSelf>
{
    static abstract EntityMetadata Entity { get; }

    static abstract JsonTypeInfo<TSelf> JsonTypeInfo { get; }
}
