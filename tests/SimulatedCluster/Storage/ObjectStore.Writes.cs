using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

public sealed partial class ObjectStore
{
    private const int MaxAttempts = 100;
    private readonly IReadOnlyList<IObjectRules> rules;

    /// <summary>Creates an object; <paramref name="value"/> stays the caller's.</summary>
    public JsonObject Create(string resource, JsonObject value, WriteOptions? options = null) =>
        Create(Resources.Get(resource), value.Namespace(), value, options ?? WriteOptions.Default).Value;

    /// <summary>Reads, changes a copy and writes it, again on a conflict; writes nothing when nothing changed.</summary>
    /// <returns>The object after it; null when there is none of that name.</returns>
    public JsonObject? Modify(string resource, string? @namespace, string name, Action<JsonObject> change, string subresource = "")
    {
        var options = subresource.Length == 0 ? WriteOptions.Default : new WriteOptions { Subresource = subresource };
        try
        {
            return Update(Resources.Get(resource), @namespace, name, current =>
            {
                var next = (JsonObject)current.DeepClone();
                change(next);
                return next;
            }, options).Value;
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    public JsonObject? ModifyStatus(string resource, string? @namespace, string name, Action<JsonObject> change) =>
        Modify(resource, @namespace, name, change, "status");

    internal StoredObject Create(ResourceDefinition resource, string? @namespace, JsonObject input, WriteOptions options)
    {
        var value = (JsonObject)input.DeepClone();
        if (resource.Namespaced && string.IsNullOrEmpty(@namespace))
        {
            throw ApiException.BadRequest("an empty namespace may not be set during creation");
        }

        ObjectLifecycle.PrepareCreate(resource, value, @namespace, Time);
        CheckNamespace(resource, @namespace, value.Name());
        var write = new ObjectWrite { Resource = resource, Value = value, Options = options };
        RunRules(write);
        if (Find(resource, @namespace, value.Name()) is not null)
        {
            throw ApiException.AlreadyExists(resource, value.Name());
        }

        if (options.DryRun)
        {
            return StoredObject.Freeze(value, Revision);
        }

        Change change;
        lock (gate)
        {
            if (Table(resource.StorageKey).Objects.ContainsKey(new ObjectKey(value.Namespace() ?? "", value.Name())))
            {
                throw ApiException.AlreadyExists(resource, value.Name());
            }

            change = Commit(resource, ChangeType.Added, value, null);
        }

        Changed?.Invoke(change);
        CollectOrphan(resource, change.Object);
        return change.Object;
    }

    /// <summary><paramref name="change"/> gets the stored object and returns a new one; it may run more than once.</summary>
    internal StoredObject Update(ResourceDefinition resource, string? @namespace, string name, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = Find(resource, @namespace, name) ?? throw ApiException.NotFound(resource, name);
            var next = change(current.Value);
            if (ReferenceEquals(next, current.Value))
            {
                return current;
            }

            if (next.ResourceVersion() is { } wanted && wanted != current.ResourceVersion.ToString(CultureInfo.InvariantCulture))
            {
                throw ApiException.Modified(resource, name);
            }

            ObjectLifecycle.PrepareUpdate(resource, next, current.Value, options.Subresource);
            RunRules(new ObjectWrite { Resource = resource, Value = next, Old = current.Value, Options = options });
            ObjectLifecycle.BumpGeneration(resource, next, current.Value);
            if (ObjectLifecycle.IsNoOp(next, current.Value))
            {
                return current;
            }

            if (options.DryRun)
            {
                return StoredObject.Freeze(next, current.ResourceVersion);
            }

            if (TryReplace(resource, current, next, IsFinished(resource, next)) is { } stored)
            {
                return stored;
            }
        }

        throw ApiException.Modified(resource, name);
    }

    /// <summary>Deleting, nobody holds it any more: the update is its end.</summary>
    private static bool IsFinished(ResourceDefinition resource, JsonObject value) =>
        value.IsDeleting() && !value.Finalizers().Any()
        && (value.Long("metadata", "deletionGracePeriodSeconds") ?? 0) == 0
        && !(resource.QualifiedPlural == "namespaces" && value.Arr("spec", "finalizers") is { Count: > 0 });

    private StoredObject? TryReplace(ResourceDefinition resource, StoredObject current, JsonObject next, bool remove)
    {
        Change change;
        lock (gate)
        {
            if (!ReferenceEquals(Table(resource.StorageKey).Objects.GetValueOrDefault(current.Key), current))
            {
                return null;
            }

            change = Commit(resource, remove ? ChangeType.Deleted : ChangeType.Modified, next, current);
        }

        Changed?.Invoke(change);
        if (remove)
        {
            CollectGarbageOf(change.Object.Value);
        }
        else
        {
            AfterUpdate(resource, change.Object);
        }

        return change.Object;
    }

    private Change Commit(ResourceDefinition resource, ChangeType type, JsonObject value, StoredObject? previous)
    {
        var stored = StoredObject.Freeze(value, ++revision);
        var change = new Change(type, resource.QualifiedPlural, stored, previous, Time.GetUtcNow());
        Table(resource.StorageKey).Apply(change, HistoryLimit);
        owners.Track(change with { Resource = resource.StorageKey });
        foreach (var subscription in allSubscriptions)
        {
            subscription.Offer(change);
        }

        return change;
    }

    private void RunRules(ObjectWrite write)
    {
        foreach (var rule in rules)
        {
            rule.Default(write);
        }

        var errors = rules.SelectMany(rule => rule.Validate(write)).ToList();
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(write.Resource, write.Value.Name(), errors);
        }

        foreach (var rule in rules)
        {
            rule.Admit(write);
        }

        foreach (var rule in rules)
        {
            rule.Finish(write);
        }
    }

    private void CheckNamespace(ResourceDefinition resource, string? @namespace, string name)
    {
        if (!resource.Namespaced || resource.IsReview)
        {
            return;
        }

        var namespaces = Resources.Get("namespaces");
        var found = Find(namespaces, null, @namespace!) ?? throw ApiException.NotFound(namespaces, @namespace!);
        if (found.Value.IsDeleting())
        {
            throw ApiException.Forbidden(resource, name, $"unable to create new content in namespace {@namespace} because it is being terminated", new JsonArray(new JsonObject
            {
                ["reason"] = "NamespaceTerminating",
                ["message"] = $"namespace {@namespace} is being terminated",
                ["field"] = "metadata.namespace",
            }));
        }
    }
}
