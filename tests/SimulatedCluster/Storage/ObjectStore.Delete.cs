using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>Removed: gone at once; otherwise the object is marked and waits for its finalizers, its kubelet or its dependents.</summary>
public sealed record DeleteResult(JsonObject Object, bool Removed);

public sealed partial class ObjectStore
{
    private const string ForegroundFinalizer = "foregroundDeletion";
    private const string OrphanFinalizer = "orphan";

    /// <summary>Not found counts as deleted.</summary>
    public void Delete(string resource, string? @namespace, string name, DeleteOptions? options = null)
    {
        try
        {
            Delete(Resources.Get(resource), @namespace, name, options ?? new DeleteOptions());
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            // What the caller wanted.
        }
    }

    internal DeleteResult Delete(ResourceDefinition resource, string? @namespace, string name, DeleteOptions options)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = Find(resource, @namespace, name) ?? throw ApiException.NotFound(resource, name);
            CheckPreconditions(resource, current.Value, options);
            var next = (JsonObject)current.Value.DeepClone();
            var remove = Mark(resource, next, current.Value, options);
            if (options.DryRun)
            {
                return new DeleteResult(current.Value, remove);
            }

            if (!remove && ObjectLifecycle.IsNoOp(next, current.Value))
            {
                return new DeleteResult(current.Value, false);
            }

            if (TryReplace(resource, current, next, remove) is { } stored)
            {
                return new DeleteResult(stored.Value, remove);
            }
        }

        throw ApiException.Modified(resource, name);
    }

    private static void CheckPreconditions(ResourceDefinition resource, JsonObject value, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != value.Uid())
        {
            throw ApiException.PreconditionFailed(resource, value.Name(), $"the UID in the precondition ({uid}) does not match the UID in record ({value.Uid()}). The object might have been deleted and then recreated");
        }

        if (options.ResourceVersion is { } version && version != value.ResourceVersion())
        {
            throw ApiException.PreconditionFailed(resource, value.Name(), $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({value.ResourceVersion()}). The object might have been modified");
        }
    }

    /// <returns>true when nothing keeps the object.</returns>
    private bool Mark(ResourceDefinition resource, JsonObject next, JsonObject current, DeleteOptions options)
    {
        var metadata = next.Metadata();
        var grace = GraceOf(resource, current, options);
        SetPropagation(next, options.PropagationPolicy, grace);
        if (resource.QualifiedPlural == "namespaces" && current.Arr("spec", "finalizers") is { Count: > 0 })
        {
            next.Ensure("status")["phase"] = "Terminating";
        }
        else if (grace == 0 && !next.Finalizers().Any())
        {
            return true;
        }

        var graceBefore = current.Long("metadata", "deletionGracePeriodSeconds");
        if (!current.IsDeleting())
        {
            metadata["deletionTimestamp"] = ObjectLifecycle.Stamp(Time.GetUtcNow().AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (current.Generation() > 0)
            {
                metadata["generation"] = current.Generation() + 1;
            }
        }
        else if (options.GracePeriodSeconds is { } shorter && shorter < graceBefore)
        {
            metadata["deletionTimestamp"] = ObjectLifecycle.Stamp(Time.GetUtcNow().AddSeconds(shorter));
            metadata["deletionGracePeriodSeconds"] = shorter;
        }

        return false;
    }

    /// <summary>Only a pod that a kubelet runs is deleted gracefully.</summary>
    private static long GraceOf(ResourceDefinition resource, JsonObject value, DeleteOptions options)
    {
        if (resource.QualifiedPlural != "pods" || string.IsNullOrEmpty(value.Str("spec", "nodeName")) || value.Str("status", "phase") is "Failed" or "Succeeded")
        {
            return 0;
        }

        // A second deletion without a grace period of its own does not end the first one.
        return options.GracePeriodSeconds ?? value.Long("metadata", "deletionGracePeriodSeconds") ?? value.Long("spec", "terminationGracePeriodSeconds") ?? 30;
    }

    private static void SetPropagation(JsonObject value, string? policy, long grace)
    {
        if (policy is null)
        {
            return;
        }

        var metadata = value.Metadata();
        var finalizers = value.Finalizers().Where(name => name is not (ForegroundFinalizer or OrphanFinalizer)).ToList();
        if (policy == "Foreground")
        {
            finalizers.Add(ForegroundFinalizer);
        }
        else if (policy == "Orphan")
        {
            finalizers.Add(OrphanFinalizer);
        }

        metadata.Remove("finalizers");
        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(JsonNode (name) => JsonValue.Create(name))]);
        }
    }
}
