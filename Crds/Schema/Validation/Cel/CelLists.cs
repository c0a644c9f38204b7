namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>The list and set libraries of Kubernetes. null: no such overload here.</summary>
internal static class CelLists
{
    public static object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        ("isSorted", [List<object?> list]) => list.Zip(list.Skip(1)).All(pair => CelOperators.Ordered("isSorted", pair.First, pair.Second) <= 0),
        ("sum", [List<object?> list]) => list.Count == 0 ? 0L : list.Aggregate((sum, item) => CelOperators.Binary("+", sum, item)),
        ("min", [List<object?> { Count: > 0 } list]) => list.Aggregate((best, item) => CelOperators.Ordered("min", item, best) < 0 ? item : best),
        ("max", [List<object?> { Count: > 0 } list]) => list.Aggregate((best, item) => CelOperators.Ordered("max", item, best) > 0 ? item : best),
        ("indexOf", [List<object?> list, var item]) => (long)list.FindIndex(each => CelKeys.AreEqual(each, item)),
        ("lastIndexOf", [List<object?> list, var item]) => (long)list.FindLastIndex(each => CelKeys.AreEqual(each, item)),
        ("distinct", [List<object?> list]) => Distinct(list),
        ("flatten", [List<object?> list]) => list.SelectMany(item => item is List<object?> inner ? inner : [item]).ToList(),
        ("slice", [List<object?> list, long start, long end]) =>
            start >= 0 && end >= start && end <= list.Count ? list.GetRange((int)start, (int)(end - start)) : throw new CelException("slice out of range"),
        ("sets.contains", [List<object?> list, List<object?> part]) => part.All(item => Contains(list, item)),
        ("sets.equivalent", [List<object?> a, List<object?> b]) => a.All(item => Contains(b, item)) && b.All(item => Contains(a, item)),
        ("sets.intersects", [List<object?> a, List<object?> b]) => a.Any(item => Contains(b, item)),
        _ => null,
    };

    private static bool Contains(List<object?> list, object? item) => list.Exists(each => CelKeys.AreEqual(each, item));

    private static List<object?> Distinct(List<object?> list)
    {
        var result = new List<object?>();
        result.AddRange(list.Where((item, i) => list.FindIndex(each => CelKeys.AreEqual(each, item)) == i));
        return result;
    }
}
