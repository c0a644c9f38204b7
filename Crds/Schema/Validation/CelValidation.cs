using System.Text.Json.Nodes;
using NetProfile.Crds.Schema.Validation.Cel;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>Evaluates x-kubernetes-validations over a whole object, a rule's own level before the ones below it.</summary>
internal static class CelValidation
{
    public static void Validate(SchemaNode schema, JsonNode? value, JsonNode? old, string path, bool isRoot, List<FieldError> errors)
    {
        if (value is null)
        {
            return;
        }

        if (schema.Rules.Count > 0)
        {
            var self = CelValues.From(value, schema);
            var oldSelf = old is null ? null : CelValues.From(old, schema);
            foreach (var rule in schema.Rules)
            {
                Evaluate(rule, self, oldSelf, old is not null, value, path, isRoot, errors);
            }
        }

        switch (value)
        {
            case JsonObject map:
                foreach (var (key, child) in map)
                {
                    if ((schema.Properties.GetValueOrDefault(key) ?? schema.AdditionalProperties) is { } property)
                    {
                        Validate(property, child, (old as JsonObject)?[key], Paths.Join(path, key), isRoot: false, errors);
                    }
                }

                break;
            case JsonArray list when schema.Items is not null:
                for (var i = 0; i < list.Count; i++)
                {
                    Validate(schema.Items, list[i], OldItem(schema, list[i], old as JsonArray), $"{path}[{i}]", isRoot: false, errors);
                }

                break;
        }
    }

    /// <summary>Only items of a list of type map have a past.</summary>
    private static JsonNode? OldItem(SchemaNode schema, JsonNode? item, JsonArray? old)
    {
        if (schema.ListType != "map" || old is null)
        {
            return null;
        }

        var keys = ListTypes.KeysOf(schema, item);
        return old.FirstOrDefault(each => JsonNode.DeepEquals(ListTypes.KeysOf(schema, each), keys));
    }

    private static void Evaluate(CelRule rule, object? self, object? oldSelf, bool hasOld, JsonNode value, string path, bool isRoot, List<FieldError> errors)
    {
        if (rule.IsTransition && !hasOld && !rule.OptionalOldSelf)
        {
            return;
        }

        var variables = new Dictionary<string, object?> { ["self"] = self };
        if (rule.IsTransition)
        {
            variables["oldSelf"] = !rule.OptionalOldSelf ? oldSelf : hasOld ? CelOptional.Of(oldSelf) : CelOptional.None;
        }

        var field = isRoot && path.Length == 0 ? "<nil>" : path;
        if (rule.FieldPath is { } relative)
        {
            field = path + (path.Length == 0 ? relative.TrimStart('.') : relative);
        }

        var shown = value is JsonObject or JsonArray ? "" : $"{JsonKinds.Show(value)}: ";
        try
        {
            if (CelEvaluator.Truth(rule.Program.Evaluate(variables)))
            {
                return;
            }

            var reason = rule.Reason ?? FieldErrorReason.Invalid;
            errors.Add(new FieldError(field, reason, reason switch
            {
                FieldErrorReason.Forbidden => $"Forbidden: {Message(rule, variables)}",
                FieldErrorReason.Required => $"Required value: {Message(rule, variables)}",
                FieldErrorReason.Duplicate => $"Duplicate value: {JsonKinds.Show(value)}",
                _ => $"Invalid value: {shown}{Message(rule, variables)}",
            }));
        }
        catch (CelException exception)
        {
            errors.Add(new FieldError(field, FieldErrorReason.Invalid, $"Invalid value: {(shown.Length == 0 ? $"\"{JsonKinds.TypeOf(value)}\": " : shown)}{exception.Message} evaluating rule: {rule.Message ?? rule.Text}"));
        }
    }

    private static string Message(CelRule rule, Dictionary<string, object?> variables)
    {
        try
        {
            if (rule.MessageExpression?.Evaluate(variables) is string text && text.Trim().Length > 0 && !text.Contains('\n', StringComparison.Ordinal))
            {
                return text;
            }
        }
        catch (CelException)
        {
            // As the API server does: a message expression that fails gives way to the fixed message.
            return rule.Message ?? $"failed rule: {rule.Text}";
        }

        return rule.Message ?? $"failed rule: {rule.Text}";
    }
}
