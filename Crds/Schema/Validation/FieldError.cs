namespace NetProfile.Crds.Schema.Validation;

/// <summary>The reasons that a StatusCause can have.</summary>
public static class FieldErrorReason
{
    public const string Required = "FieldValueRequired";
    public const string Invalid = "FieldValueInvalid";
    public const string TypeInvalid = "FieldValueTypeInvalid";
    public const string NotSupported = "FieldValueNotSupported";
    public const string Duplicate = "FieldValueDuplicate";
    public const string Forbidden = "FieldValueForbidden";
    public const string TooLong = "FieldValueTooLong";
    public const string TooMany = "FieldValueTooMany";
}

/// <summary>
/// One error of a field, worded as the API server words it: <see cref="Message"/> is the cause's message (without the field),
/// <see cref="ToString"/> the line that stands in the Status's message.
/// </summary>
public sealed record FieldError(string Field, string Reason, string Message)
{
    public override string ToString() => $"{Field}: {Message}";

    /// <summary>The text after "is invalid: " of a Status with these errors.</summary>
    public static string Join(IReadOnlyList<FieldError> errors) =>
        errors.Count == 1 ? errors[0].ToString() : $"[{string.Join(", ", errors)}]";
}
