using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;
using NetProfile.SimulatedCluster.Tables;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>The form in which a client wants objects: whole, as a Table, or metadata only.</summary>
internal sealed class Representation
{
    private enum Form
    {
        Whole,
        Table,
        Metadata,
    }

    private readonly Form form;
    private readonly ResourceDefinition resource;
    private readonly string includeObject;
    private readonly TimeProvider time;

    private Representation(Form form, ResourceDefinition resource, string includeObject, TimeProvider time)
    {
        this.form = form;
        this.resource = resource;
        this.includeObject = includeObject;
        this.time = time;
    }

    public bool IsTable => form == Form.Table;

    public static Representation Of(HttpRequest request, ResourceDefinition resource, TimeProvider time)
    {
        var form = Form.Whole;
        foreach (var range in request.Headers.Accept.ToString().Split(','))
        {
            if (range.Contains("application/json", StringComparison.Ordinal) || range.Contains("*/*", StringComparison.Ordinal))
            {
                form = range.Contains("as=Table", StringComparison.Ordinal) ? Form.Table
                    : range.Contains("as=PartialObjectMetadata", StringComparison.Ordinal) ? Form.Metadata : Form.Whole;
                break;
            }
        }

        return new Representation(form, resource, request.Query["includeObject"].ToString() is { Length: > 0 } include ? include : "Metadata", time);
    }

    public ReadOnlyMemory<byte> One(StoredObject stored, bool withColumns = true) => form switch
    {
        Form.Table => JsonText.ToUtf8(Table([stored], stored.Value.ResourceVersion() ?? "", withColumns)),
        Form.Metadata => JsonText.ToUtf8(Metadata(stored)),
        _ => Whole(stored),
    };

    public byte[] Many(IReadOnlyList<StoredObject> items, JsonObject listMetadata)
    {
        if (form == Form.Table)
        {
            var table = Table(items, "", true);
            table["metadata"] = listMetadata;
            return JsonText.ToUtf8(table);
        }

        using var buffer = new MemoryStream();
        var (kind, version) = form == Form.Metadata ? ("PartialObjectMetadataList", "meta.k8s.io/v1") : (resource.ListKind, resource.ApiVersion);
        buffer.Write(System.Text.Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{JsonText.ToText(listMetadata)},\"items\":["));
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
            {
                buffer.WriteByte((byte)',');
            }

            buffer.Write(form == Form.Metadata ? JsonText.ToUtf8(Metadata(items[index])) : InList(items[index]).Span);
        }

        buffer.Write("]}"u8);
        return buffer.ToArray();
    }

    /// <summary>Objects of built-in types carry no apiVersion and kind inside a list; custom ones do.</summary>
    private ReadOnlyMemory<byte> InList(StoredObject stored)
    {
        var whole = Whole(stored);
        if (resource.IsCustom)
        {
            return whole;
        }

        var skip = $"{{\"apiVersion\":\"{resource.ApiVersion}\",\"kind\":\"{resource.Kind}\",".Length;
        var rest = whole.ToArray()[(skip - 1)..];
        rest[0] = (byte)'{';
        return rest;
    }

    private ReadOnlyMemory<byte> Whole(StoredObject stored) => VersionConversion.Needed(stored.Value, resource)
        ? JsonText.ToUtf8(VersionConversion.To(resource, stored.Value))
        : stored.Utf8;

    private static JsonObject Metadata(StoredObject stored) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = stored.Value["metadata"]!.DeepClone(),
    };

    private JsonObject Table(IReadOnlyList<StoredObject> items, string resourceVersion, bool withColumns)
    {
        var columns = TableColumns.For(resource);
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion },
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(JsonNode (column) => column.Definition())]) : null,
            ["rows"] = new JsonArray([.. items.Select(JsonNode (item) => Row(columns, item))]),
        };
    }

    private JsonObject Row(IReadOnlyList<TableColumn> columns, StoredObject item)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(item.Value, time.GetUtcNow()))]) };
        if (includeObject == "Metadata")
        {
            row["object"] = Metadata(item);
        }
        else if (includeObject == "Object")
        {
            row["object"] = item.Value.DeepClone();
        }

        return row;
    }
}
