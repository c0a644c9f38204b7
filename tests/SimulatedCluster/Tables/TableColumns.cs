using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Tables;

/// <summary>The columns of every resource: those of the CRD, or the built-in ones.</summary>
internal static partial class TableColumns
{
    private static readonly IReadOnlyList<TableColumn> Plain = [TableColumn.NameColumn, TableColumn.Age];

    private static readonly IReadOnlyList<TableColumn> PlainCustom =
        [TableColumn.NameColumn, new("Age", "date", (value, _) => value.At("metadata", "creationTimestamp")?.DeepClone())];

    public static IReadOnlyList<TableColumn> For(ResourceDefinition resource)
    {
        if (!resource.IsCustom)
        {
            return BuiltIn.GetValueOrDefault(resource.QualifiedPlural, Plain);
        }

        var printer = resource.CrdVersion.Arr("additionalPrinterColumns");
        return printer is not { Count: > 0 } ? PlainCustom : [TableColumn.NameColumn, .. printer.Objects().Select(Printer)];
    }

    private static TableColumn Printer(JsonObject column)
    {
        var path = SimpleJsonPath.Parse(column.Str("jsonPath") ?? "");
        var type = column.Str("type") ?? "string";
        return new TableColumn(column.Str("name") ?? "", type, (value, now) => PrinterCell(type, path.Find(value), now), column.Str("description") ?? "",
            column.Str("format") ?? "", (int)(column.Long("priority") ?? 0));
    }

    private static JsonNode? PrinterCell(string type, IReadOnlyList<JsonNode> found, DateTimeOffset now)
    {
        if (found.Count == 0)
        {
            return null;
        }

        var first = found[0];
        return type switch
        {
            "date" => JsonValue.Create(TableColumn.AgeOf(first.AsString(), now)),
            "string" => JsonValue.Create(string.Join(',', found.Select(node => node.AsString() ?? JsonText.ToText(node)))),
            "boolean" or "integer" or "number" => first is JsonValue && first.AsString() is null ? first.DeepClone() : null,
            _ => first.DeepClone(),
        };
    }
}
