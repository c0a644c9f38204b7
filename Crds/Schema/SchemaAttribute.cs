namespace NetProfile.Crds.Schema;

public enum ListType
{
    Atomic,
    Set,
    Map,
}

/// <summary>
/// What the CRD says about a field beyond its type and description. A number that isn't set is left out. What concerns a
/// list's elements starts with Item.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaAttribute : Attribute
{
    public const long Unset = long.MinValue;

    public bool Required { get; init; }

    public string? Pattern { get; init; }

    public string? Format { get; init; }

    public long MinLength { get; init; } = Unset;

    public long MaxLength { get; init; } = Unset;

    public long Minimum { get; init; } = Unset;

    public long Maximum { get; init; } = Unset;

    public long MinItems { get; init; } = Unset;

    public long MaxItems { get; init; } = Unset;

    public long MaxProperties { get; init; } = Unset;

    public string? ItemPattern { get; init; }

    public string? ItemFormat { get; init; }

    public long ItemMaxLength { get; init; } = Unset;

    public ListType ListType { get; init; }

    /// <summary>The keys of a list of type map, as JSON names.</summary>
    public string[] ListMapKeys { get; init; } = [];

    /// <summary>What the API server fills in, as JSON. Only where the value depends on nothing else.</summary>
    public string? DefaultJson { get; init; }

    /// <summary>What the operator assumes when the field isn't set, as JSON; the description says it.</summary>
    public string? AssumedJson { get; init; }
}
