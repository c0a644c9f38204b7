using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

public sealed record KubernetesList<T>
{
    public required V1ListMeta Metadata { get; init; }

    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Objects of the page that this program cannot read; they are in no way absent.</summary>
    public IReadOnlyList<UnreadableObject> Unreadable { get; init; } = [];
}

/// <summary><paramref name="Name"/> is null when not even the metadata could be read.</summary>
public sealed record UnreadableObject(NamespacedName? Name, string Error);

public sealed record ListOptions
{
    /// <summary>null lists all namespaces (or a cluster-scoped kind).</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    public int? Limit { get; init; }

    public string? Continue { get; init; }

    /// <summary>null for the newest state; "0" for whatever the server has in its cache.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>NotOlderThan or Exact; only together with a resource version.</summary>
    public string? ResourceVersionMatch { get; init; }

    /// <summary>The server leaves out all but the objects' metadata; only for kinds of which nothing else is required.</summary>
    public bool MetadataOnly { get; init; }
}

public sealed record WatchOptions
{
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    public required string ResourceVersion { get; init; }

    public bool AllowWatchBookmarks { get; init; } = true;

    /// <summary>The server closes the watch after this many seconds.</summary>
    public int? TimeoutSeconds { get; init; }
}

public enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,

    /// <summary>An object that this program cannot read; the watch goes on (kube-rs' error_boundary).</summary>
    Unreadable,
}

/// <summary>
/// For <see cref="WatchEventType.Bookmark"/> only the resource version is set; for Unreadable also the key, where it could be
/// read, and the <see cref="Error"/>. A Deleted whose object cannot be read has the key and no object.
/// </summary>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Object, string ResourceVersion, NamespacedName? Name)
{
    public string? Error { get; init; }
}

public sealed record ApplyOptions
{
    public required string FieldManager { get; init; }

    /// <summary>Take over fields that another manager owns.</summary>
    public bool Force { get; init; }

    public bool DryRun { get; init; }
}

public sealed record DeleteOptions
{
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Background, Foreground or Orphan; the server's default when null.</summary>
    public string? PropagationPolicy { get; init; }

    public string? PreconditionUid { get; init; }

    public string? PreconditionResourceVersion { get; init; }

    public bool DryRun { get; init; }
}

public enum V1PatchType
{
    MergePatch,
    JsonPatch,
    StrategicMergePatch,
}

/// <summary><paramref name="Subresource"/> is null, "status" or "scale".</summary>
public sealed record V1Patch(V1PatchType Type, JsonNode Content, string FieldManager, string? Subresource = null);

public sealed record ExecOptions
{
    public required string Container { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public ReadOnlyMemory<byte> StandardInput { get; init; }

    public required TimeSpan Timeout { get; init; }
}

public sealed record ExecResult(int ExitCode, string StandardOutput, string StandardError);

public sealed record PodLogOptions
{
    public string? Container { get; init; }

    /// <summary>The log of the container instance that ended before the running one.</summary>
    public bool Previous { get; init; }

    public int? TailLines { get; init; }
}
