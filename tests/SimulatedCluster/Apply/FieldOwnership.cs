using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Apply;

/// <summary>Keeps managedFields true for every write that names a manager and is not an apply.</summary>
internal sealed class FieldOwnership(TimeProvider time) : IObjectRules
{
    private static readonly string[] Untracked = ["apiVersion", "kind"];
    private static readonly string[] UntrackedMetadata = ["name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion"];

    public void Finish(ObjectWrite write)
    {
        if (write.Options.FieldManager is not { } manager || write.Options.IsApply)
        {
            return;
        }

        var old = write.Old;
        if (old is not null && old.Arr("metadata", "managedFields") is null && write.Value.Arr("metadata", "managedFields") is null)
        {
            // Nobody has tracked it yet; the first apply will.
            return;
        }

        if (old is null)
        {
            write.Value.Metadata().Remove("managedFields");
        }

        var managed = ManagedFields.Of(write.Value);
        var key = new ManagerKey(manager, "Update", write.Resource.ApiVersion, write.Options.Subresource);
        Track(managed, key, write, ObjectLifecycle.Now(time));
        managed.WriteTo(write.Value);
    }

    public static void Track(ManagedFields managed, ManagerKey key, ObjectWrite write, string now)
    {
        var schema = ResourceTypes.Of(write.Resource);
        var (changed, removed) = Compare(write.Old, write.Value, schema);
        foreach (var (other, entry) in managed.Entries.Where(entry => entry.Key != key).ToList())
        {
            managed.Set(other, entry.Fields.Difference(changed).Difference(removed), entry.Time ?? now);
        }

        var own = managed.FieldsOf(key) ?? new FieldSet();
        managed.Set(key, own.Difference(removed).Union(changed), now);
    }

    public static (FieldSet Changed, FieldSet Removed) Compare(JsonObject? before, JsonObject after, FieldSchema schema)
    {
        var (changed, removed) = TypedValue.Compare(before is null ? [] : before, after, schema);
        Strip(changed);
        Strip(removed);
        return (changed, removed);
    }

    /// <summary>What the server owns and nobody manages.</summary>
    public static void Strip(FieldSet set)
    {
        set.Member = false;
        foreach (var name in Untracked)
        {
            set.Remove(PathElement.Field(name));
        }

        if (set.Child(PathElement.Field("metadata")) is not { } metadata)
        {
            return;
        }

        metadata.Member = false;
        foreach (var name in UntrackedMetadata)
        {
            metadata.Remove(PathElement.Field(name));
        }

        if (metadata.IsEmpty)
        {
            set.Remove(PathElement.Field("metadata"));
        }
    }

    /// <summary>Fields that this endpoint does not write belong to no applier.</summary>
    public static void StripForeign(FieldSet set, ResourceDefinition resource, string subresource)
    {
        if (subresource.Length == 0)
        {
            if (resource.HasStatus)
            {
                set.Remove(PathElement.Field("status"));
            }

            return;
        }

        foreach (var key in set.Children.Keys.ToList().Where(key => key != PathElement.Field(subresource)))
        {
            set.Remove(key);
        }
    }
}
