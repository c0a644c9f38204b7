namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>Fields, keys and items.</summary>
internal static class CelAccess
{
    public static bool Has(object? operand, string field) => operand switch
    {
        Dictionary<object, object?> map => map.ContainsKey(field),
        CelOptional { HasValue: true } optional => Has(optional.Value, field),
        CelOptional => false,
        _ => throw new CelException($"no such key: {field}"),
    };

    public static object? Select(object? operand, string field, bool optional)
    {
        if (operand is CelOptional wrapped)
        {
            return wrapped.HasValue && TryKey(wrapped.Value, field, out var inner) ? CelOptional.Of(inner) : CelOptional.None;
        }

        if (TryKey(operand, field, out var value))
        {
            return optional ? CelOptional.Of(value) : value;
        }

        return optional ? CelOptional.None : throw new CelException($"no such key: {field}");
    }

    public static object? Index(object? operand, object? index, bool optional)
    {
        if (operand is CelOptional wrapped)
        {
            return wrapped.HasValue ? Index(wrapped.Value, index, optional: true) : CelOptional.None;
        }

        if (operand is List<object?> list)
        {
            if (index is not long position)
            {
                throw new CelException($"unsupported index type '{CelValues.NameOf(index)}' in list");
            }

            return position >= 0 && position < list.Count
                ? (optional ? CelOptional.Of(list[(int)position]) : list[(int)position])
                : optional ? CelOptional.None : throw new CelException($"index out of bounds: {position}");
        }

        if (TryKey(operand, index, out var value))
        {
            return optional ? CelOptional.Of(value) : value;
        }

        return optional ? CelOptional.None : throw new CelException($"no such key: {index}");
    }

    private static bool TryKey(object? operand, object? key, out object? value)
    {
        value = null;
        return operand is Dictionary<object, object?> map ? map.TryGetValue(key ?? throw new CelException("unsupported key type"), out value)
            : throw new CelException($"no such overload: {CelValues.NameOf(operand)} has no fields");
    }
}
