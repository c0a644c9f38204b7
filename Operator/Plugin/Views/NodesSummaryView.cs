using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>How many nodes are where, as bars, and those that need a look by name.</summary>
internal static class NodesSummaryView
{
    public static IEnumerable<IRenderable> Render(NodesStatus? nodes)
    {
        if (nodes?.Total is not { } total)
        {
            yield break;
        }

        var wanted = total - (nodes.Skipped ?? 0);
        var pairs = new List<(string, IRenderable)>();
        AddBar(pairs, "Ready", nodes.Ready, wanted);
        AddBar(pairs, "Migrated", nodes.Migrated, wanted);
        AddBar(pairs, "Clean", nodes.Clean, wanted);
        AddCount(pairs, "Dirty", nodes.Dirty, Parts.Bad);
        AddCount(pairs, "Failed", nodes.Failed, Parts.Bad);
        AddCount(pairs, "Unreachable", nodes.Unreachable, Parts.Bad);
        AddCount(pairs, "Left out", nodes.Skipped, Parts.Quiet);
        if (nodes.Versions is { Count: > 1 } versions)
        {
            pairs.Add(("Versions", Parts.Colored(string.Join(", ", versions.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Version} on {v.Nodes}"))), Parts.Careful)));
        }

        yield return Parts.Section(string.Create(CultureInfo.InvariantCulture, $"Nodes ({total})"), [Parts.Pairs(pairs), .. Notable(nodes.Notable)]);
    }

    private static IEnumerable<IRenderable> Notable(IReadOnlyList<NotableNode>? notable)
    {
        if (notable is not { Count: > 0 })
        {
            yield break;
        }

        var table = Parts.Columns("NODE", "STATE", "MESSAGE");
        foreach (var node in notable)
        {
            table.AddRow(Parts.Plain(node.Name), Parts.Colored(node.State, Parts.Careful), Parts.Plain(node.Message));
        }

        yield return Text.Empty;
        yield return table;
    }

    private static void AddBar(List<(string, IRenderable)> pairs, string name, int? count, int total)
    {
        if (count is { } number)
        {
            pairs.Add((name, Parts.Bar(number, total)));
        }
    }

    private static void AddCount(List<(string, IRenderable)> pairs, string name, int? count, string color)
    {
        if (count is > 0)
        {
            pairs.Add((name, Parts.Colored(count.Value.ToString(CultureInfo.InvariantCulture), color)));
        }
    }
}
