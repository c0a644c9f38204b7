using System.Globalization;
using NetProfile.Crds.NodeNetworks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>One line a node.</summary>
internal static class NodesView
{
    public static IRenderable Render(IReadOnlyList<V1Alpha1NodeNetwork> nodes, DateTimeOffset now)
    {
        if (nodes.Count == 0)
        {
            return Parts.Plain("no node has reported yet; see whether the node agents run");
        }

        var table = Parts.Columns("NODE", "MIGRATION", "AUDIT", "TASKS", "KERNEL", "SEEN", "MESSAGE");
        foreach (var node in nodes.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal))
        {
            var status = node.Status;
            var (tasks, tasksColor) = Tasks(node);
            table.AddRow(
                Parts.Plain(node.Metadata.Name),
                Parts.Colored(status?.Migration?.State?.ToString() ?? "-", MigrationColor(status?.Migration?.State)),
                Parts.Colored(status?.Audit?.ToString() ?? "-", AuditColor(status?.Audit)),
                Parts.Colored(tasks, tasksColor),
                Parts.Plain(status?.Facts?.Kernel?.Version),
                Parts.Plain(status?.ObservedAt is { } at ? $"{Ages.Of(now - at)} ago" : "never"),
                Parts.Plain(Message(node)));
        }

        return table;
    }

    public static string AuditColor(AuditState? state) => state switch
    {
        AuditState.Clean or AuditState.NotNeeded => Parts.Good,
        AuditState.Dirty => Parts.Bad,
        _ => Parts.Quiet,
    };

    public static string MigrationColor(NodeMigrationState? state) => state switch
    {
        NodeMigrationState.Done => Parts.Good,
        NodeMigrationState.Failed => Parts.Bad,
        null or NodeMigrationState.Pending or NodeMigrationState.Skipped => Parts.Quiet,
        _ => Parts.Careful,
    };

    public static string TaskColor(NodeTaskState? state) => state switch
    {
        NodeTaskState.Done or NodeTaskState.NotNeeded => Parts.Good,
        NodeTaskState.Failed or NodeTaskState.Blocked => Parts.Bad,
        _ => Parts.Quiet,
    };

    private static (string Text, string Color) Tasks(V1Alpha1NodeNetwork node)
    {
        var wanted = node.Spec?.Tasks?.Count ?? 0;
        if (wanted == 0)
        {
            return ("-", Parts.Quiet);
        }

        var results = node.Status?.PlanId == node.Spec?.PlanId ? node.Status?.Results ?? [] : [];
        var done = results.Count(r => r.State is NodeTaskState.Done or NodeTaskState.NotNeeded);
        var failed = results.Any(r => r.State is NodeTaskState.Failed or NodeTaskState.Blocked);
        return (string.Create(CultureInfo.InvariantCulture, $"{done}/{wanted}"), failed ? Parts.Bad : done == wanted ? Parts.Good : Parts.Careful);
    }

    private static string Message(V1Alpha1NodeNetwork node)
    {
        var status = node.Status;
        if (status?.Migration is { State: NodeMigrationState.Failed } failed)
        {
            return failed.Message ?? failed.Reason ?? "";
        }

        if (status?.Results?.FirstOrDefault(r => r.State is NodeTaskState.Failed or NodeTaskState.Blocked) is { } result)
        {
            return $"{result.Id}: {result.Message}";
        }

        return status?.Residues is { Count: > 0 } residues
            ? string.Join(", ", residues.Take(3).Select(r => $"{r.Kind} {r.Where}")) + (residues.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {residues.Count - 3} more") : "")
            : status?.Migration?.Message ?? "";
    }
}
