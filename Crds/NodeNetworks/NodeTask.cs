using System.Text.Json.Serialization;

namespace NetProfile.Crds.NodeNetworks;

/// <summary>One thing to be done on a node; which one is told by <c>task</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "task", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(RemoveFileTask), "RemoveFile")]
[JsonDerivedType(typeof(DeleteLinkTask), "DeleteLink")]
public abstract record NodeTask
{
    /// <summary>The task's name, unique in the plan; results refer to it.</summary>
    public required string Id { get; init; }

    /// <summary>Why it has to be done.</summary>
    public string? Because { get; init; }
}

public sealed record RemoveFileTask : NodeTask
{
    /// <summary>The absolute path on the node.</summary>
    public required string Path { get; init; }

    /// <summary>The file is removed only when it contains this.</summary>
    public string? MustContain { get; init; }
}

public sealed record DeleteLinkTask : NodeTask
{
    /// <summary>The network link's name.</summary>
    public required string Link { get; init; }

    /// <summary>The link is removed only when it is of this kind.</summary>
    public string? ExpectedKind { get; init; }
}
