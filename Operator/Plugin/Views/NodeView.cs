using System.Globalization;
using NetProfile.Crds.NodeNetworks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>All that is known of one node, what is in the way first.</summary>
internal static class NodeView
{
    public static IRenderable Render(V1Alpha1NodeNetwork node, DateTimeOffset now)
    {
        var status = node.Status ?? new NodeNetworkStatus();
        return new Rows(
        [
            new Paragraph().Append("Node ").Append(node.Metadata.Name ?? "", Style.Parse(Parts.Loud))
                .Append($": {status.Audit?.ToString() ?? "not audited yet"}", Style.Parse(NodesView.AuditColor(status.Audit))),
            Text.Empty,
            Parts.Section("State", State(status, now)),
            .. Residues(status.Residues),
            .. Tasks(node),
            .. Links(status.Facts),
            .. Cni(status.Facts),
            .. Peers(status.Facts),
        ]);
    }

    private static Grid State(NodeNetworkStatus status, DateTimeOffset now)
    {
        var facts = status.Facts;
        var pairs = new List<(string, IRenderable)>
        {
            ("Seen", Parts.Plain(status.ObservedAt is { } at ? $"{Ages.Of(now - at)} ago by agent {status.AgentVersion}" : "never")),
        };
        Add("Kernel", Join(" ", facts?.Kernel?.Version, facts?.Kernel?.Architecture));
        Add("System", Join(", ", facts?.OperatingSystem, facts?.Distribution));
        Add("Default route", Join(", ", facts?.DefaultRouteDevice, facts?.DefaultRouteDeviceV6));
        Add("iptables", facts?.IptablesMode);
        if (status.Migration is { } migration)
        {
            Add("Migration", Join(" ", $"{migration.State} since {Ages.Of(migration.Since, now)}", migration.Message));
            Add("Steps", string.Join(", ", (migration.History ?? []).Select(step => $"{step.State} {step.At?.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}")));
        }

        if (status.Backup is { Path: { } path } backup)
        {
            Add("Backup", string.Create(CultureInfo.InvariantCulture, $"{path}, {backup.Items} items, {Ages.Of(backup.TakenAt, now)} old"));
        }

        return Parts.Pairs(pairs);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                pairs.Add((name, Parts.Plain(value)));
            }
        }
    }

    private static IEnumerable<IRenderable> Residues(IReadOnlyList<Residue>? residues) => Section("Left over", residues, ["KIND", "WHERE", "OF", "MESSAGE"], r =>
        [Parts.Plain(r.Kind), Parts.Colored(r.Where, Parts.Bad), Parts.Plain(r.Owner), Parts.Plain(r.Message)]);

    private static IEnumerable<IRenderable> Tasks(V1Alpha1NodeNetwork node)
    {
        var results = node.Status?.PlanId == node.Spec?.PlanId ? node.Status?.Results ?? [] : [];
        return Section(node.Spec?.DryRun == true ? "Tasks (dry run)" : "Tasks", node.Spec?.Tasks, ["TASK", "STATE", "BECAUSE", "RESULT"], task =>
        {
            var result = results.FirstOrDefault(r => r.Id == task.Id);
            return [Parts.Plain(task.Id), Parts.Colored(result?.State?.ToString() ?? "Pending", NodesView.TaskColor(result?.State)), Parts.Plain(task.Because), Parts.Plain(result?.Message)];
        });
    }

    private static IEnumerable<IRenderable> Links(NodeFacts? facts) => Section("Links", facts?.Links, ["LINK", "KIND", "UP", "MTU", "ADDRESSES"], link =>
        [Parts.Plain(link.Name), Parts.Plain(link.Kind), Parts.Plain(link.Up switch { true => "yes", false => "no", null => "" }), Parts.Plain(link.Mtu?.ToString(CultureInfo.InvariantCulture)), Parts.Plain(string.Join(", ", link.Addresses ?? []))]);

    private static IEnumerable<IRenderable> Cni(NodeFacts? facts) => Section("CNI configuration", facts?.CniConfigs, ["FILE", "NETWORK", "PLUGINS"], config =>
        [Parts.Plain(config.Path), Parts.Plain(config.Network), Parts.Plain(string.Join(", ", config.Plugins ?? []))]);

    private static IEnumerable<IRenderable> Peers(NodeFacts? facts) => Section("Peers", facts?.Peers, ["NODE", "ADDRESS", "SAME L2", "MTU", "MESSAGE"], peer =>
        [Parts.Plain(peer.Node), Parts.Plain(peer.Address), Parts.Plain(peer.SameL2 switch { true => "yes", false => "no", null => "unknown" }), Parts.Plain(peer.PathMtu?.ToString(CultureInfo.InvariantCulture)), Parts.Plain(peer.Message)]);

    private static IEnumerable<IRenderable> Section<T>(string heading, IReadOnlyList<T>? items, string[] columns, Func<T, IRenderable[]> row)
    {
        if (items is not { Count: > 0 })
        {
            yield break;
        }

        var table = Parts.Columns(columns);
        foreach (var item in items)
        {
            table.AddRow(row(item));
        }

        yield return Parts.Section(heading, table);
    }

    private static string Join(string separator, params IEnumerable<string?> texts) => string.Join(separator, texts.Where(text => !string.IsNullOrEmpty(text)));
}
