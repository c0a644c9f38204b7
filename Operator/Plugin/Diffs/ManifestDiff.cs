using System.Text;
using NetProfile.NetworkProfiles;
using NetProfile.Serialization;

namespace NetProfile.Plugin.Diffs;

/// <summary>
/// What a release's objects would become, object by object. Of a Secret nothing but its name is shown, and it is not compared: the chart
/// makes its certificates anew in every rendering. Pure.
/// </summary>
internal static class ManifestDiff
{
    public static string Of(IReadOnlyList<RenderedObject> live, IReadOnlyList<RenderedObject> target)
    {
        var (before, after) = (ByName(live), ByName(target));
        var text = new StringBuilder();
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (old, wanted) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            if ((old ?? wanted)!.Kind == "Secret")
            {
                text.Append(old is null ? $"+ {name}: added; its content is not shown\n" : wanted is null ? $"- {name}: removed\n" : $"  {name}: its content is neither shown nor compared\n");
            }
            else if (old is null || wanted is null)
            {
                text.Append(old is null ? $"+ {name}: added\n" : $"- {name}: removed\n");
            }
            else if (LineDiff.Of(YamlWriter.Write(old.Content), YamlWriter.Write(wanted.Content)) is { Count: > 0 } lines)
            {
                text.Append($"~ {name}\n").AppendJoin('\n', lines.Select(line => "    " + line)).Append('\n');
            }
        }

        return text.Length == 0 ? "no object differs\n" : text.ToString();
    }

    private static Dictionary<string, RenderedObject> ByName(IReadOnlyList<RenderedObject> objects) =>
        objects.DistinctBy(o => o.ToString()).ToDictionary(o => o.ToString(), StringComparer.Ordinal);
}
