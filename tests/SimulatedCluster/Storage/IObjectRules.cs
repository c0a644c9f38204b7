using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>One write on its way in.</summary>
public sealed record ObjectWrite
{
    public required ResourceDefinition Resource { get; init; }

    /// <summary>The object to be stored; rules may change it.</summary>
    public required JsonObject Value { get; init; }

    /// <summary>What is stored now; null when the object is new.</summary>
    public JsonObject? Old { get; init; }

    public required WriteOptions Options { get; init; }
}

/// <summary>What a resource demands of its objects: defaulting, allocation, validation, admission. Rules run in order.</summary>
public interface IObjectRules
{
    void Default(ObjectWrite write)
    {
    }

    IEnumerable<FieldError> Validate(ObjectWrite write) => [];

    /// <summary>After all validation; throws <see cref="ApiException"/> to refuse.</summary>
    void Admit(ObjectWrite write)
    {
    }

    /// <summary>Last, on the object as it will be stored: managedFields.</summary>
    void Finish(ObjectWrite write)
    {
    }
}

public sealed record WriteOptions
{
    public static readonly WriteOptions Default = new();

    public static readonly WriteOptions Status = new() { Subresource = "status" };

    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Tracked in managedFields; null (the actors) leaves managedFields as they are.</summary>
    public string? FieldManager { get; init; }

    /// <summary>The write is a server-side apply, whose managedFields are already settled.</summary>
    public bool IsApply { get; init; }

    /// <summary>The write is a JSON patch or a merge patch.</summary>
    public bool IsPatch { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Whom admission policies judge; null for actors.</summary>
    public Access.UserInfo? Requester { get; init; }

    /// <summary>Ignore, Warn or Strict.</summary>
    public string FieldValidation { get; init; } = "Ignore";

    /// <summary>Collects Warning headers.</summary>
    public List<string> Warnings { get; init; } = [];
}

public sealed record DeleteOptions
{
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Background, Foreground or Orphan.</summary>
    public string? PropagationPolicy { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public bool DryRun { get; init; }
}
