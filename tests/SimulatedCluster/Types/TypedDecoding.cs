using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Types;

/// <summary>
/// What decoding into Go types does to a built-in object: unknown fields go away (and are reported), wrong types are
/// refused, nulls and empty values that are omitted on output are not stored.
/// </summary>
internal sealed partial class TypedDecoding : IObjectRules
{
    // Not pointers in Go: false and 0 are the same as absent.
    private static readonly HashSet<string> ZeroIsAbsent =
        ["hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "paused", "unschedulable", "hostPort", "globalDefault", "minReadySeconds", "initialDelaySeconds", "publishNotReadyAddresses"];

    public void Default(ObjectWrite write)
    {
        if (write.Resource.IsCustom || TypeCatalog.Instance.Find(write.Resource.ApiVersion, write.Resource.Kind) is not { } schema)
        {
            return;
        }

        var unknown = new List<string>();
        Decode(write.Value, schema, "", write.Resource, unknown);
        Unknown.Report(write, unknown);
    }

    private static void Decode(JsonObject value, FieldSchema schema, string path, ResourceDefinition resource, List<string> unknown)
    {
        foreach (var (name, member) in value.ToList())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (schema.Member(name) is not { } field)
            {
                value.Remove(name);
                unknown.Add(at);
            }
            else if (member is null)
            {
                // Absent, but for the values of maps, which become their zero value.
                if (schema.Shape == FieldShape.Struct || field.TypeName != "string")
                {
                    value.Remove(name);
                }
                else
                {
                    value[name] = "";
                }
            }
            else
            {
                Check(member, field, schema.TypeName, at, resource);
                Descend(member, field, at, resource, unknown);
                if (schema.Shape == FieldShape.Struct && IsOmitted(name, member, field))
                {
                    value.Remove(name);
                }
            }
        }
    }

    private static void Descend(JsonNode member, FieldSchema field, string at, ResourceDefinition resource, List<string> unknown)
    {
        if (member is JsonObject map && field.Shape is FieldShape.Struct or FieldShape.Map)
        {
            Decode(map, field, at, resource, unknown);
        }
        else if (member is JsonArray list && field.Shape == FieldShape.List)
        {
            for (var index = 0; index < list.Count; index++)
            {
                if (list[index] is JsonObject item && field.Item.Shape == FieldShape.Struct)
                {
                    Decode(item, field.Item, $"{at}[{index}]", resource, unknown);
                }
                else if (list[index] is { } scalar)
                {
                    Check(scalar, field.Item, "", at, resource);
                }
            }
        }
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex IndexPattern();

    private static bool IsOmitted(string name, JsonNode member, FieldSchema field) => member switch
    {
        JsonObject map => map.Count == 0 && field.Shape == FieldShape.Map,
        JsonArray list => list.Count == 0 && field.Shape == FieldShape.List && name is not ("rules" or "subjects"),
        JsonValue scalar => (scalar.GetValueKind() == JsonValueKind.String && scalar.GetValue<string>().Length == 0 && field.TypeName == "string" && name is not ("type" or "apiGroup"))
            || (ZeroIsAbsent.Contains(name) && scalar.ToString() is "0" or "false"),
        _ => false,
    };

    private static void Check(JsonNode member, FieldSchema field, string owner, string at, ResourceDefinition resource)
    {
        var kind = member.GetValueKind();
        var fits = (field.Shape, field.TypeName) switch
        {
            (FieldShape.Struct or FieldShape.Map, _) => kind == JsonValueKind.Object,
            (FieldShape.List, _) => kind == JsonValueKind.Array,
            (FieldShape.Scalar, "string" or "Time" or "MicroTime" or "bytes") => kind == JsonValueKind.String,
            (FieldShape.Scalar, "bool") => kind is JsonValueKind.True or JsonValueKind.False,
            (FieldShape.Scalar, "int32" or "int64") => kind == JsonValueKind.Number,
            (FieldShape.Scalar, "IntOrString" or "Quantity") => kind is JsonValueKind.Number or JsonValueKind.String,
            _ => true,
        };
        if (fits)
        {
            return;
        }

        var sent = kind switch { JsonValueKind.Object => "object", JsonValueKind.Array => "array", JsonValueKind.String => "string", JsonValueKind.Number => "number", _ => "bool" };
        var wanted = field.Shape switch { FieldShape.List => $"[]{field.Item.TypeName}", FieldShape.Map => $"map[string]{field.Item.TypeName}", FieldShape.Struct => field.TypeName, _ => field.TypeName };
        throw ApiException.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: json: cannot unmarshal {sent} into Go struct field {owner}.{IndexPattern().Replace(at, "")} of type {wanted}");
    }
}

/// <summary>fieldValidation: what happens to a write that has unknown fields.</summary>
internal static class Unknown
{
    public static void Report(ObjectWrite write, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0 || write.Options.Subresource.Length > 0)
        {
            return;
        }

        var messages = paths.Select(path => $"unknown field \"{path}\"").ToList();
        if (write.Options is { FieldValidation: "Strict", IsPatch: true })
        {
            throw ApiException.Create(422, "Invalid", $" \"\" is invalid: patch: Invalid value: {JsonText.ToText(JsonValue.Create(JsonText.ToText(write.Value)))}: strict decoding error: {string.Join(", ", messages)}", []);
        }

        if (write.Options.FieldValidation == "Strict")
        {
            throw ApiException.BadRequest($"{write.Resource.Kind} in version \"{write.Resource.Version}\" cannot be handled as a {write.Resource.Kind}: strict decoding error: {string.Join(", ", messages)}");
        }

        if (write.Options.FieldValidation == "Warn")
        {
            write.Options.Warnings.AddRange(messages);
        }
    }
}
