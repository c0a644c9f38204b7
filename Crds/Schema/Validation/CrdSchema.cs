using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>
/// What an API server does with a custom resource before it stores it, in this order: prune what the schema doesn't know,
/// fill in defaults, validate. Thread-safe; parse once per CRD version.
/// </summary>
public sealed class CrdSchema
{
    private readonly SchemaNode _root;

    private CrdSchema(SchemaNode root) => _root = root;

    /// <param name="openAPIV3Schema">spec.versions[].schema.openAPIV3Schema of the CRD.</param>
    /// <exception cref="FormatException">A pattern or CEL rule doesn't parse.</exception>
    public static CrdSchema Parse(JsonObject openAPIV3Schema) => new(SchemaNode.Parse(openAPIV3Schema));

    /// <summary>Removes unknown fields in place; gives their paths, sorted, as strict decoding names them: <c>spec.nonsense</c>.</summary>
    public IReadOnlyList<string> Prune(JsonObject obj)
    {
        var pruned = new List<string>();
        Pruning.Prune(_root, obj, isRoot: true, "", pruned);
        pruned.Sort(StringComparer.Ordinal);
        return pruned;
    }

    /// <summary>Fills in defaults in place, and drops nulls that aren't allowed and stand for "not set".</summary>
    public void Default(JsonObject obj) => Defaulting.Default(_root, obj);

    /// <param name="obj">The object as it would be stored.</param>
    /// <param name="old">The stored object, for transition rules; null on create.</param>
    /// <returns>Empty when the object is valid.</returns>
    public IReadOnlyList<FieldError> Validate(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        SchemaValidation.Validate(_root, obj, "", errors);
        ListTypes.Validate(_root, obj, "", errors);
        if (errors.Exists(Blocks))
        {
            if (HasRules(_root))
            {
                errors.Add(new FieldError("<nil>", FieldErrorReason.Invalid, "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"));
            }

            return errors;
        }

        CelValidation.Validate(_root, obj, old, "", isRoot: true, errors);
        return errors;
    }

    /// <summary>Rules aren't evaluated on objects whose shape they couldn't rely on.</summary>
    private static bool Blocks(FieldError error) => error.Reason
        is FieldErrorReason.NotSupported or FieldErrorReason.Required or FieldErrorReason.TooLong or FieldErrorReason.TooMany or FieldErrorReason.TypeInvalid;

    private static bool HasRules(SchemaNode node) =>
        node.Rules.Count > 0
        || node.Properties.Values.Any(HasRules)
        || (node.Items is not null && HasRules(node.Items))
        || (node.AdditionalProperties is not null && HasRules(node.AdditionalProperties));
}
