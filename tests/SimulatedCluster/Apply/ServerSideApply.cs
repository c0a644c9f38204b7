using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Apply;

/// <summary>
/// One apply request: live object and configuration merge; fields that this manager applied before and nobody owns now go
/// away; a change of what another manager owns is a conflict, unless forced.
/// </summary>
internal sealed class ServerSideApply(ObjectStore store, ResourceDefinition resource, WriteOptions options, bool force)
{
    private readonly FieldSchema schema = ResourceTypes.Of(resource);

    public (StoredObject Stored, bool Created) Run(string? @namespace, string name, JsonObject body, string subresource)
    {
        if (body.Arr("metadata", "managedFields") is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        if (UndeclaredField(body, schema, "") is { } undeclared)
        {
            throw ApiException.Create(500, "", $"failed to create typed patch object ({body.Namespace()}/{body.Name()}; {resource.ApiVersion}, Kind={resource.Kind}): {undeclared}: field not declared in schema");
        }

        body.Metadata()["name"] = name;
        if (store.Find(resource, @namespace, name) is null && subresource.Length == 0)
        {
            if (body.Uid() is { Length: > 0 } uid)
            {
                throw ApiException.Conflict(resource, name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            try
            {
                return (store.Create(resource, @namespace, Created(body), options), true);
            }
            catch (ApiException error) when (error.Reason == "AlreadyExists")
            {
                // Somebody was faster: apply onto theirs.
            }
        }

        return (store.Update(resource, @namespace, name, live => Applied(live, body, subresource), options), false);
    }

    /// <summary>An apply must be typed, whatever fieldValidation says.</summary>
    private static string? UndeclaredField(JsonNode? value, FieldSchema schema, string path) => value switch
    {
        JsonObject map => map.Select(pair => schema.Member(pair.Key) is { } member ? UndeclaredField(pair.Value, member, $"{path}.{pair.Key}")
            : schema.Shape == FieldShape.Struct ? $"{path}.{pair.Key}" : null).FirstOrDefault(found => found is not null),
        JsonArray list when schema.Shape == FieldShape.List => list.Select((item, index) => UndeclaredField(item, schema.Item,
            $"{path}{(schema.IsAssociative && PathElement.Item(schema, item) is { } key ? PathElement.Display(key) : $"[{index}]")}")).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private ManagerKey Key(string subresource) => new(options.FieldManager!, "Apply", resource.ApiVersion, subresource);

    private JsonObject Created(JsonObject body)
    {
        var value = (JsonObject)body.DeepClone();
        var fields = FieldsOf(body, "");
        var managed = new ManagedFields();
        managed.Set(Key(""), fields, ObjectLifecycle.Now(store.Time));
        managed.WriteTo(value);
        return value;
    }

    private FieldSet FieldsOf(JsonObject body, string subresource)
    {
        var fields = TypedValue.Fields(body, schema);
        FieldOwnership.Strip(fields);
        FieldOwnership.StripForeign(fields, resource, subresource);
        return fields;
    }

    private JsonObject Applied(JsonObject live, JsonObject body, string subresource)
    {
        var now = ObjectLifecycle.Now(store.Time);
        var managed = Managers(live, now);
        var key = Key(subresource);
        var last = managed.FieldsOf(key);
        var fields = FieldsOf(body, subresource);
        managed.Set(key, fields, now);

        var config = (JsonObject)body.DeepClone();
        var next = (JsonObject)TypedMerge.Merge(live, Configured(config, subresource), schema)!;
        if (last is not null)
        {
            TypedMerge.Prune(next, schema, last, managed.Union());
        }

        var (changed, removed) = FieldOwnership.Compare(live, next, schema);
        Resolve(managed, key, changed, removed, now);
        managed.WriteTo(next);
        if (body.ResourceVersion() is { } version)
        {
            next.Metadata()["resourceVersion"] = version;
        }

        return next;
    }

    /// <summary>Only what the endpoint writes.</summary>
    private JsonObject Configured(JsonObject config, string subresource)
    {
        if (subresource.Length > 0)
        {
            return new JsonObject { ["status"] = config["status"]?.DeepClone() };
        }

        if (resource.HasStatus)
        {
            config.Remove("status");
        }

        return config;
    }

    private ManagedFields Managers(JsonObject live, string now)
    {
        var managed = ManagedFields.Of(live);
        if (managed.Entries.Count == 0)
        {
            var fields = TypedValue.Fields(live, schema);
            FieldOwnership.Strip(fields);
            managed.Set(new ManagerKey("before-first-apply", "Update", resource.ApiVersion, ""), fields, now);
        }

        return managed;
    }

    private void Resolve(ManagedFields managed, ManagerKey key, FieldSet changed, FieldSet removed, string now)
    {
        var conflicts = new List<(ManagerKey Manager, string Path)>();
        foreach (var (other, entry) in managed.Entries.Where(entry => entry.Key != key).ToList())
        {
            var clash = entry.Fields.Intersection(changed);
            conflicts.AddRange(clash.Paths().Select(path => (other, path)));
            managed.Set(other, entry.Fields.Difference(clash).Difference(removed), entry.Time ?? now);
        }

        if (conflicts.Count > 0 && !force)
        {
            throw Conflict(conflicts);
        }
    }

    private static ApiException Conflict(List<(ManagerKey Manager, string Path)> conflicts)
    {
        string message;
        if (conflicts.Count == 1)
        {
            message = $"Apply failed with 1 conflict: conflict with {conflicts[0].Manager.Display}: {conflicts[0].Path}";
        }
        else
        {
            var groups = conflicts.GroupBy(conflict => conflict.Manager.Display).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"conflicts with {group.Key}:\n{string.Join('\n', group.Select(conflict => $"- {conflict.Path}"))}");
            message = $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', groups)}";
        }

        return ApiException.Create(409, "Conflict", message, new JsonObject
        {
            ["causes"] = new JsonArray([.. conflicts.Select(JsonNode (conflict) => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {conflict.Manager.Display}",
                ["field"] = conflict.Path,
            })]),
        });
    }
}
