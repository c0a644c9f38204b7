using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>
/// The garbage collector and the namespace controller. They run at the end of the write that gives them work, so that a
/// test with a stopped clock sees the outcome at once.
/// </summary>
public sealed partial class ObjectStore
{
    /// <summary>Off leaves dependents and namespaces as they are, as a bare API server without controllers does.</summary>
    public bool ControllersEnabled { get; init; } = true;

    /// <summary>After an object is gone: its dependents follow, an owner that waited for it may go.</summary>
    private void CollectGarbageOf(JsonObject gone)
    {
        if (!ControllersEnabled)
        {
            return;
        }

        foreach (var (resource, key) in Dependents(gone.Uid()))
        {
            ReleaseOrDelete(resource, key, gone.Uid());
        }

        foreach (var owner in gone.OwnerReferences())
        {
            FinishForeground(owner.Str("apiVersion") ?? "", owner.Str("kind") ?? "", gone.Namespace(), owner.Str("name") ?? "");
        }

        if (gone.Namespace() is { } ns)
        {
            FinishNamespace(ns);
        }
    }

    private void AfterUpdate(ResourceDefinition resource, StoredObject stored)
    {
        var value = stored.Value;
        if (!ControllersEnabled || !value.IsDeleting())
        {
            return;
        }

        if (resource.QualifiedPlural == "namespaces")
        {
            EmptyNamespace(value.Name());
        }
        else if (value.Finalizers().Contains(OrphanFinalizer))
        {
            foreach (var (dependentResource, key) in Dependents(value.Uid()))
            {
                RemoveOwner(dependentResource, key, value.Uid());
            }

            RemoveFinalizer(resource, stored.Key, OrphanFinalizer);
        }
        else if (value.Finalizers().Contains(ForegroundFinalizer))
        {
            foreach (var (dependentResource, key) in Dependents(value.Uid()))
            {
                TryDelete(dependentResource, key, new DeleteOptions { PropagationPolicy = "Foreground" });
            }

            FinishForeground(resource.ApiVersion, resource.Kind, value.Namespace(), value.Name());
        }
    }

    /// <summary>An object born with owners none of which exists does not stay.</summary>
    private void CollectOrphan(ResourceDefinition resource, StoredObject stored)
    {
        var uids = stored.Value.OwnerReferences().Select(owner => owner.Str("uid") ?? "").ToList();
        if (!ControllersEnabled || uids.Count == 0)
        {
            return;
        }

        bool anyAlive;
        lock (gate)
        {
            anyAlive = uids.Exists(owners.Exists);
        }

        if (!anyAlive)
        {
            TryDelete(resource, stored.Key, new DeleteOptions());
        }
    }

    private List<(ResourceDefinition Resource, ObjectKey Key)> Dependents(string uid)
    {
        lock (gate)
        {
            return [.. owners.DependentsOf(uid).Select(found => (Resources.Get(found.Resource), found.Key))];
        }
    }

    private void ReleaseOrDelete(ResourceDefinition resource, ObjectKey key, string goneUid)
    {
        if (Find(resource, key.Namespace, key.Name) is not { } dependent)
        {
            return;
        }

        bool otherAlive;
        lock (gate)
        {
            otherAlive = dependent.Value.OwnerReferences().Any(owner => owner.Str("uid") is { } uid && uid != goneUid && owners.Exists(uid));
        }

        if (otherAlive)
        {
            RemoveOwner(resource, key, goneUid);
        }
        else
        {
            TryDelete(resource, key, new DeleteOptions());
        }
    }

    private void RemoveOwner(ResourceDefinition resource, ObjectKey key, string uid) => Modify(resource.QualifiedPlural, key.Namespace, key.Name, value =>
    {
        var left = value.OwnerReferences().Where(owner => owner.Str("uid") != uid).Select(JsonNode (owner) => owner.DeepClone()).ToArray();
        value.Metadata().Remove("ownerReferences");
        if (left.Length > 0)
        {
            value.Metadata()["ownerReferences"] = new JsonArray(left);
        }
    });

    private void RemoveFinalizer(ResourceDefinition resource, ObjectKey key, string finalizer) => Modify(resource.QualifiedPlural, key.Namespace, key.Name, value =>
    {
        var left = value.Finalizers().Where(name => name != finalizer).Select(JsonNode (name) => JsonValue.Create(name)).ToArray();
        value.Metadata().Remove("finalizers");
        if (left.Length > 0)
        {
            value.Metadata()["finalizers"] = new JsonArray(left);
        }
    });

    private void FinishForeground(string apiVersion, string kind, string? @namespace, string name)
    {
        if (Resources.FindKind(apiVersion, kind) is not { } resource || Find(resource, @namespace, name) is not { } owner
            || !owner.Value.IsDeleting() || !owner.Value.Finalizers().Contains(ForegroundFinalizer))
        {
            return;
        }

        var uid = owner.Value.Uid();
        var blocked = Dependents(uid).Any(found => Find(found.Resource, found.Key.Namespace, found.Key.Name)?.Value
            .OwnerReferences().Any(reference => reference.Str("uid") == uid && reference.Bool("blockOwnerDeletion") == true) == true);
        if (!blocked)
        {
            RemoveFinalizer(resource, owner.Key, ForegroundFinalizer);
        }
    }

    private void EmptyNamespace(string name)
    {
        foreach (var resource in Resources.All.Where(resource => resource is { Namespaced: true, IsReview: false }).DistinctBy(resource => resource.StorageKey))
        {
            foreach (var key in Snapshot(resource).Objects.Keys.Where(key => key.Namespace == name))
            {
                TryDelete(resource, key, new DeleteOptions());
            }
        }

        FinishNamespace(name);
    }

    private void FinishNamespace(string name)
    {
        if (Get("namespaces", null, name) is not { } found || !found.IsDeleting() || found.Arr("spec", "finalizers") is not { Count: > 0 })
        {
            return;
        }

        var empty = Resources.All.Where(resource => resource is { Namespaced: true, IsReview: false })
            .All(resource => Snapshot(resource).Objects.Keys.All(key => key.Namespace != name));
        if (empty)
        {
            Modify("namespaces", null, name, value => value.Obj("spec")!.Remove("finalizers"), "finalize");
        }
    }

    private void TryDelete(ResourceDefinition resource, ObjectKey key, DeleteOptions options)
    {
        try
        {
            Delete(resource, key.Namespace, key.Name, options);
        }
        catch (ApiException error) when (error.IsNotFound || error.IsConflict)
        {
            // Somebody else was faster.
        }
    }
}
