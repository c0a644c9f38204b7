using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>One resource in one API version, as discovery tells it.</summary>
public sealed record ResourceDefinition
{
    public static readonly IReadOnlyList<string> AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Kind { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required bool Namespaced { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    /// <summary>Names of subresources: status, scale, log, exec, …</summary>
    public IReadOnlyList<string> Subresources { get; init; } = [];

    /// <summary>spec.versions[] of the CRD, for a custom resource.</summary>
    public JsonObject? CrdVersion { get; init; }

    /// <summary>Where objects are kept; the same for all versions of a resource (and for both groups of events).</summary>
    public string StorageKey => Group == "events.k8s.io" ? "events" : QualifiedPlural;

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>daemonsets.apps</c>, or <c>pods</c> in the core group.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public string ListKind { get => field ?? $"{Kind}List"; init; }

    public bool IsCustom => CrdVersion is not null;

    public bool HasStatus => Subresources.Contains("status");

    public bool IsReview => !Verbs.Contains("list") && !Verbs.Contains("get");
}
