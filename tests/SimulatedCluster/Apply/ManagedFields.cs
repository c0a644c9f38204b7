using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Apply;

internal readonly record struct ManagerKey(string Name, string Operation, string ApiVersion, string Subresource)
{
    public bool IsApply => Operation == "Apply";

    /// <summary>As conflict messages name it.</summary>
    public string Display
    {
        get
        {
            var text = $"\"{Name}\"" + (Subresource.Length > 0 ? $" with subresource \"{Subresource}\"" : "");
            return IsApply ? text : $"{text} using {ApiVersion}";
        }
    }
}

internal sealed record ManagedEntry(FieldSet Fields, string? Time);

/// <summary>metadata.managedFields as a table of managers.</summary>
internal sealed class ManagedFields
{
    private const int MaxUpdateManagers = 10;

    private readonly Dictionary<ManagerKey, ManagedEntry> entries = [];

    public IReadOnlyDictionary<ManagerKey, ManagedEntry> Entries => entries;

    public static ManagedFields Of(JsonObject value)
    {
        var managed = new ManagedFields();
        foreach (var entry in value.Arr("metadata", "managedFields").Objects())
        {
            var key = new ManagerKey(entry.Str("manager") ?? "", entry.Str("operation") ?? "", entry.Str("apiVersion") ?? "", entry.Str("subresource") ?? "");
            managed.entries[key] = new ManagedEntry(FieldSet.FromFieldsV1(entry.Obj("fieldsV1") ?? []), entry.Str("time"));
        }

        return managed;
    }

    public FieldSet? FieldsOf(ManagerKey key) => entries.GetValueOrDefault(key)?.Fields;

    /// <summary>Sets a manager's fields; the time moves only when they changed.</summary>
    public void Set(ManagerKey key, FieldSet fields, string now)
    {
        if (fields.IsEmpty)
        {
            entries.Remove(key);
        }
        else if (!entries.TryGetValue(key, out var old) || !old.Fields.SetEquals(fields))
        {
            entries[key] = new ManagedEntry(fields, now);
        }
    }

    public FieldSet Union() => entries.Values.Aggregate(new FieldSet(), (all, entry) => all.Union(entry.Fields));

    public void WriteTo(JsonObject value)
    {
        Cap();
        if (entries.Count == 0)
        {
            value.Metadata().Remove("managedFields");
            return;
        }

        var ordered = entries.OrderBy(entry => entry.Key.Operation, StringComparer.Ordinal).ThenBy(entry => entry.Value.Time, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Name, StringComparer.Ordinal).ThenBy(entry => entry.Key.ApiVersion, StringComparer.Ordinal).ThenBy(entry => entry.Key.Subresource, StringComparer.Ordinal);
        value.Metadata()["managedFields"] = new JsonArray([.. ordered.Select(JsonNode (entry) => Write(entry.Key, entry.Value))]);
    }

    private static JsonObject Write(ManagerKey key, ManagedEntry entry)
    {
        var written = new JsonObject
        {
            ["manager"] = key.Name,
            ["operation"] = key.Operation,
            ["apiVersion"] = key.ApiVersion,
            ["time"] = entry.Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = entry.Fields.ToFieldsV1(),
        };
        if (key.Subresource.Length > 0)
        {
            written["subresource"] = key.Subresource;
        }

        return written;
    }

    /// <summary>Many updaters: the oldest are merged into one.</summary>
    private void Cap()
    {
        var updates = entries.Where(entry => !entry.Key.IsApply).OrderBy(entry => entry.Value.Time, StringComparer.Ordinal).ToList();
        foreach (var (key, entry) in updates.Take(Math.Max(0, updates.Count - MaxUpdateManagers + 1)).Where(_ => updates.Count > MaxUpdateManagers))
        {
            entries.Remove(key);
            var ancient = new ManagerKey("ancient-changes", "Update", key.ApiVersion, "");
            entries[ancient] = new ManagedEntry(entry.Fields.Union(FieldsOf(ancient) ?? new FieldSet()), entry.Time);
        }
    }
}
