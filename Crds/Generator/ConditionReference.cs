using System.Reflection;
using System.Text;

namespace NetProfile.Crds.Generator;

/// <summary>The page of all conditions and reasons, from the constants and their sentences.</summary>
internal static class ConditionReference
{
    public static string Write(Type conditions, XmlDocs docs)
    {
        var text = new StringBuilder();
        text.Append("<!-- Generated from NetworkProfileConditions.cs by `make crds`. Not to be edited. -->\n");
        text.Append("# Conditions of a NetworkProfile\n\n");
        text.Append("`Ready`, `Reconciling` and `Stalled` follow kstatus; `Ready` is derived from the others. Messages say what, where, and what to do.\n");
        foreach (var condition in conditions.GetNestedTypes().OrderBy(type => type.MetadataToken))
        {
            text.Append($"\n## {Constant(condition, "Type")}\n\n{Need(docs.Of(condition), condition.Name)}\n\n| Reason | |\n|---|---|\n");
            foreach (var reason in condition.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.Name != "Type"))
            {
                text.Append($"| `{reason.GetRawConstantValue()}` | {Need(docs.Of(reason), $"{condition.Name}.{reason.Name}")} |\n");
            }
        }

        return text.ToString();
    }

    private static string Constant(Type type, string name) =>
        type.GetField(name)?.GetRawConstantValue() as string ?? throw new InvalidOperationException($"{type.Name} has no const {name}");

    private static string Need(string? sentence, string of) =>
        sentence ?? throw new InvalidOperationException($"{of} has no summary: every condition and reason has a sentence");
}
