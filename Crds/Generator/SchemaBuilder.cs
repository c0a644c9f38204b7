using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.Generator;

/// <summary>The structural schema of a record: types by reflection, words from the XML docs, the rest from the attributes.</summary>
internal sealed class SchemaBuilder(XmlDocs docs)
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <param name="type">A record whose properties become the object's.</param>
    /// <param name="description">What the field that holds it says; the type's own summary when null.</param>
    /// <param name="from">Where the type is used, for messages.</param>
    public JsonObject Object(Type type, string? description, string from)
    {
        var schema = new JsonObject { ["type"] = "object" };
        Describe(schema, description ?? docs.Of(type), from);
        var properties = new JsonObject();
        var required = new JsonArray();
        AddDiscriminator(type, properties, required);
        foreach (var property in Properties(type))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            properties.TryAdd(name, Property(property, $"{from}.{name}"));
            if (IsRequired(property, type))
            {
                required.Add((JsonNode)name);
            }
        }

        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        schema["properties"] = properties;
        SchemaConstraints.AddRules(schema, type.GetCustomAttributes<CelAttribute>());
        return schema;
    }

    private JsonObject Property(PropertyInfo property, string path)
    {
        var attribute = property.GetCustomAttribute<SchemaAttribute>() ?? new SchemaAttribute();
        var description = docs.Of(property);
        if (description is not null && attribute.AssumedJson is { } assumed)
        {
            description += $" Default: {assumed.Trim('"')}.";
        }

        var schema = OfType(property.PropertyType, description, path, attribute);
        SchemaConstraints.Add(schema, attribute);
        SchemaConstraints.AddRules(schema, property.GetCustomAttributes<CelAttribute>());
        return schema;
    }

    private JsonObject OfType(Type declared, string? description, string path, SchemaAttribute attribute)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (Scalar(type) is { } scalar)
        {
            return Describe(scalar, description, path);
        }

        if (type == typeof(JsonObject))
        {
            return Describe(new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true }, description, path);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var items = OfType(type.GenericTypeArguments[0], description ?? "", path + "[]", new SchemaAttribute());
            items.Remove("description");
            SchemaConstraints.AddItem(items, attribute);
            return Describe(new JsonObject { ["type"] = "array", ["items"] = items }, description, path);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            var values = OfType(type.GenericTypeArguments[1], description ?? "", path + "{}", new SchemaAttribute());
            values.Remove("description");
            return Describe(new JsonObject { ["type"] = "object", ["additionalProperties"] = values }, description, path);
        }

        return Object(type, description, path);
    }

    private static JsonObject? Scalar(Type type) => type switch
    {
        _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        _ when type == typeof(long) => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
        _ when type == typeof(double) => new JsonObject { ["type"] = "number" },
        _ when type == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ when type == typeof(IntOrString) => new JsonObject
        {
            ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
            ["x-kubernetes-int-or-string"] = true,
        },
        { IsEnum: true } => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(Enum.GetNames(type).Select(name => (JsonNode)name).ToArray()) },
        _ => null,
    };

    /// <summary>The properties of the type; of a polymorphic one those of all its kinds, because a structural schema has no choice between objects.</summary>
    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        new[] { type }.Concat(type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType))
            .SelectMany(each => each.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .Where(property => !typeof(IKubernetesObject<V1ObjectMeta>).IsAssignableFrom(type) || property.Name is not ("ApiVersion" or "Kind" or "Metadata"))
            .DistinctBy(property => property.Name, StringComparer.Ordinal)
            .OrderBy(property => Depth(property.DeclaringType!));

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);

    private void AddDiscriminator(Type type, JsonObject properties, JsonArray required)
    {
        if (type.GetCustomAttribute<JsonPolymorphicAttribute>() is not { TypeDiscriminatorPropertyName: { } name })
        {
            return;
        }

        var kinds = type.GetCustomAttributes<JsonDerivedTypeAttribute>().ToList();
        var words = kinds.Select(kind => $" {kind.TypeDiscriminator}: {docs.Of(kind.DerivedType)}");
        properties[name] = new JsonObject
        {
            ["description"] = $"What kind it is.{string.Concat(words)}",
            ["type"] = "string",
            ["enum"] = new JsonArray(kinds.Select(kind => (JsonNode)kind.TypeDiscriminator!.ToString()!).ToArray()),
        };
        required.Add((JsonNode)name);
    }

    private static bool IsRequired(PropertyInfo property, Type schemaType) =>
        property.GetCustomAttribute<SchemaAttribute>() is { Required: true }
        || (property.GetCustomAttribute<RequiredMemberAttribute>() is not null
            && property.DeclaringType!.IsAssignableFrom(schemaType)
            && Nullability.Create(property).WriteState == NullabilityState.NotNull);

    private static JsonObject Describe(JsonObject schema, string? description, string path)
    {
        if (description is null)
        {
            throw new InvalidOperationException($"{path} has no summary: every field is described");
        }

        schema.Insert(0, "description", description);
        return schema;
    }
}
