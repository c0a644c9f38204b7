using System.Collections;

namespace NetProfile.Crds.Schema.Validation.Cel;

internal static class CelComprehensions
{
    public static object Evaluate(Macro macro, CelScope scope)
    {
        var items = Items(CelEvaluator.Evaluate(macro.Range, scope));
        return macro.Kind switch
        {
            "all" => Quantify(items, macro, scope, decides: false),
            "exists" => Quantify(items, macro, scope, decides: true),
            "exists_one" => items.Count(item => Holds(macro.Body, macro, scope, item)) == 1,
            "filter" => items.Where(item => Holds(macro.Body, macro, scope, item)).ToList(),
            _ => items.Where(item => macro.Filter is null || Holds(macro.Filter, macro, scope, item))
                .Select(item => CelEvaluator.Evaluate(macro.Body, scope.With(macro.Variable, item)))
                .ToList(),
        };
    }

    private static List<object?> Items(object? range) => range switch
    {
        List<object?> list => list,
        IDictionary map => map.Keys.Cast<object?>().ToList(),
        _ => throw new CelException("no such overload: a range that is neither list nor map"),
    };

    private static bool Holds(CelExpression condition, Macro macro, CelScope scope, object? item) =>
        CelEvaluator.Truth(CelEvaluator.Evaluate(condition, scope.With(macro.Variable, item)));

    /// <summary>As a chain of "and" or "or": one item that decides outweighs errors of others.</summary>
    private static bool Quantify(List<object?> items, Macro macro, CelScope scope, bool decides)
    {
        CelException? failed = null;
        foreach (var item in items)
        {
            try
            {
                if (Holds(macro.Body, macro, scope, item) == decides)
                {
                    return decides;
                }
            }
            catch (CelException exception)
            {
                failed ??= exception;
            }
        }

        return failed is null ? !decides : throw failed;
    }
}
