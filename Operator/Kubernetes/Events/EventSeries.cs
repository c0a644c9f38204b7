using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Kubernetes.Events;

/// <summary>What makes two events the same one.</summary>
internal sealed record EventKey(string Kind, string? Uid, string? Namespace, string? Name, string Type, string Reason, string Action, string Note);

/// <summary>One event and how often it has happened since.</summary>
internal sealed class EventSeries(V1Event first, DateTimeOffset now)
{
    public V1Event First { get; } = first;

    public int Count { get; private set; } = 1;

    public DateTimeOffset LastObserved { get; private set; } = now;

    /// <summary>Null until it is stored; then when it was last written.</summary>
    public DateTimeOffset? WrittenAt { get; set; }

    public int WrittenCount { get; set; }

    public int Failures { get; set; }

    public bool IsDirty => WrittenCount != Count;

    public void Again(DateTimeOffset now)
    {
        Count++;
        LastObserved = now;
    }

    /// <summary>A series needs two; the first one has none.</summary>
    public V1Event ToEvent(string name) => First with
    {
        Metadata = First.Metadata with { Name = name },
        Series = Count > 1 ? new V1EventSeries { Count = Count, LastObservedTime = LastObserved } : null,
    };

    public JsonObject ToPatch() => new()
    {
        ["series"] = new JsonObject
        {
            ["count"] = Count,
            ["lastObservedTime"] = LastObserved.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        },
    };

    public NamespacedName Name => new(First.Metadata.Namespace, First.Metadata.Name!);
}
