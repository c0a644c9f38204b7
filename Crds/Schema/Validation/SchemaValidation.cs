using System.Globalization;
using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>Types, values and bounds, worded as go-openapi and apiextensions word them.</summary>
internal static class SchemaValidation
{
    public static void Validate(SchemaNode schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (value is null && schema.Nullable)
        {
            return;
        }

        var fits = HasType(schema, value, path, errors);
        if (schema.Enum is { } allowed && !allowed.Any(each => JsonNode.DeepEquals(each, value)))
        {
            errors.Add(new FieldError(path, FieldErrorReason.NotSupported, $"Unsupported value: {JsonKinds.Show(value)}: supported values: {string.Join(", ", allowed.Select(JsonKinds.Show))}"));
        }

        if (!fits)
        {
            return;
        }

        switch (JsonKinds.TypeOf(value))
        {
            case "string":
                Strings(schema, value!, path, errors);
                break;
            case "integer" or "number":
                Numbers(schema, value!, path, errors);
                break;
            case "array":
                Arrays(schema, value!.AsArray(), path, errors);
                break;
            case "object":
                Objects(schema, value!.AsObject(), path, errors);
                break;
        }

        Junctions(schema, value, path, errors);
    }

    private static bool HasType(SchemaNode schema, JsonNode? value, string path, List<FieldError> errors)
    {
        var actual = JsonKinds.TypeOf(value);
        if (schema.IntOrString)
        {
            return actual is "integer" or "string" || Wrong("integer,string", actual);
        }

        if (schema.Type is null)
        {
            return true;
        }

        if (value is null)
        {
            return Wrong(schema.Type, "null");
        }

        var isIt = actual == schema.Type || (actual == "integer" && schema.Type == "number");
        if (isIt && schema.Format == "int32" && JsonKinds.Decimal(value) is < int.MinValue or > int.MaxValue)
        {
            return Unchecked("with format int32");
        }

        if (isIt)
        {
            return true;
        }

        _ = schema.Format is { } format && actual is not ("string" or "array" or "object")
            ? Wrong(format, JsonKinds.GoTypeOf(value))
            : Wrong(schema.Type, actual);
        return schema.Type == "integer" && actual == "number" && Unchecked(schema.Format is null ? "(default format)" : $"with format {schema.Format}");

        bool Unchecked(string kind)
        {
            errors.Add(new FieldError("<nil>", FieldErrorReason.Invalid, $"Invalid value: \"\": Checked value must be of type integer {kind} in {path}"));
            return false;
        }

        bool Wrong(string wanted, string got)
        {
            errors.Add(new FieldError(path, FieldErrorReason.TypeInvalid, $"Invalid value: \"{got}\": {path} in body must be of type {wanted}: \"{got}\""));
            return false;
        }
    }

    private static void Strings(SchemaNode schema, JsonNode value, string path, List<FieldError> errors)
    {
        var text = value.GetValue<string>();
        var length = text.EnumerateRunes().Count();
        if (schema.MaxLength is { } max && length > max)
        {
            errors.Add(new FieldError(path, FieldErrorReason.TooLong, $"Too long: may not be more than {max} bytes"));
        }

        if (schema.MinLength is { } min && length < min)
        {
            Invalid(path, value, $"should be at least {min} chars long", errors);
        }

        if (schema.PatternRegex is { } pattern && !pattern.IsMatch(text))
        {
            Invalid(path, value, $"should match '{schema.Pattern}'", errors);
        }

        if (schema.Format is { } format && !Formats.Matches(format, text))
        {
            errors.Add(new FieldError(path, FieldErrorReason.TypeInvalid, $"Invalid value: {JsonKinds.Show(value)}: {path} in body must be of type {format}: {JsonKinds.Show(value)}"));
        }
    }

    private static void Numbers(SchemaNode schema, JsonNode value, string path, List<FieldError> errors)
    {
        if (JsonKinds.Decimal(value) is not { } number)
        {
            return;
        }

        if (schema.Minimum is { } min && (schema.ExclusiveMinimum ? number <= min : number < min))
        {
            Invalid(path, value, $"should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Show(min)}", errors);
        }

        if (schema.Maximum is { } max && (schema.ExclusiveMaximum ? number >= max : number > max))
        {
            Invalid(path, value, $"should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Show(max)}", errors);
        }

        if (schema.MultipleOf is { } step && step != 0 && number % step != 0)
        {
            Invalid(path, value, $"should be a multiple of {Show(step)}", errors);
        }
    }

    private static void Arrays(SchemaNode schema, JsonArray list, string path, List<FieldError> errors)
    {
        if (schema.MaxItems is { } max && list.Count > max)
        {
            errors.Add(new FieldError(path, FieldErrorReason.TooMany, $"Too many: {list.Count}: must have at most {Items(max)}"));
        }

        if (schema.MinItems is { } min && list.Count < min)
        {
            Invalid(path, list.Count, $"should have at least {min} items", errors);
        }

        for (var i = 0; schema.Items is not null && i < list.Count; i++)
        {
            Validate(schema.Items, list[i], $"{path}[{i}]", errors);
        }
    }

    private static void Objects(SchemaNode schema, JsonObject map, string path, List<FieldError> errors)
    {
        if (schema.MaxProperties is { } max && map.Count > max)
        {
            errors.Add(new FieldError(path, FieldErrorReason.TooMany, $"Too many: {map.Count}: must have at most {Items(max)}"));
        }

        if (schema.MinProperties is { } min && map.Count < min)
        {
            Invalid(path, map.Count, $"should have at least {min} properties", errors);
        }

        foreach (var name in schema.Required.Where(name => !map.ContainsKey(name)))
        {
            errors.Add(new FieldError(Paths.Join(path, name), FieldErrorReason.Required, "Required value"));
        }

        foreach (var (key, value) in map)
        {
            if (schema.Properties.TryGetValue(key, out var property))
            {
                Validate(property, value, Paths.Join(path, key), errors);
            }
            else if (schema.AdditionalProperties is { } values)
            {
                Validate(values, value, Paths.Join(path, key), errors);
            }
        }
    }

    private static void Junctions(SchemaNode schema, JsonNode? value, string path, List<FieldError> errors)
    {
        foreach (var each in schema.AllOf)
        {
            Validate(each, value, path, errors);
        }

        // anyOf of an int-or-string says no more than the flag does.
        if (schema.AnyOf.Count > 0 && !schema.IntOrString && !schema.AnyOf.Any(Fits))
        {
            Choice("must validate at least one schema (anyOf)");
        }

        var fitting = schema.OneOf.Count(Fits);
        if (schema.OneOf.Count > 0 && fitting != 1)
        {
            Choice($"must validate one and only one schema (oneOf). Found {(fitting == 0 ? "none valid" : $"{fitting} valid alternatives")}");
        }

        if (schema.Not is { } not && Fits(not))
        {
            Choice("must not validate the schema (not)");
        }

        void Choice(string rule) => errors.Add(new FieldError("<nil>", FieldErrorReason.Invalid, $"Invalid value: \"\": \"{path}\" {rule}"));

        bool Fits(SchemaNode each)
        {
            var found = new List<FieldError>();
            Validate(each, value, path, found);
            return found.Count == 0;
        }
    }

    private static void Invalid(string path, JsonNode? value, string rule, List<FieldError> errors)
    {
        var shown = value is JsonObject or JsonArray ? $"\"{JsonKinds.TypeOf(value)}\"" : JsonKinds.Show(value);
        errors.Add(new FieldError(path, FieldErrorReason.Invalid, $"Invalid value: {shown}: {path} in body {rule}"));
    }

    private static string Items(long count) => count == 1 ? "1 item" : $"{count} items";

    private static string Show(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
