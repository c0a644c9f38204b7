using System.Text.Encodings.Web;
using System.Text.Json;
using NetProfile.Commands;
using NetProfile.Crds;
using NetProfile.Crds.NodeNetworks;
using Spectre.Console;

namespace NetProfile.NodeAgent;

/// <summary>A node's status for people, as tables, or as the JSON that the NodeNetwork's status has.</summary>
internal static class NodeOutput
{
    private static readonly CrdsJsonContext Readable =
        new(new JsonSerializerOptions(CrdsJsonContext.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static async Task WriteAsync(NodeNetworkStatus status, string summary, string format, CommandEnvironment environment)
    {
        if (format == "json")
        {
            await environment.Output.WriteLineAsync(JsonSerializer.Serialize(status, Readable.NodeNetworkStatus));
            return;
        }

        if (status.Facts is { } facts)
        {
            await environment.PrintAsync(Facts(facts));
        }

        if (status.Results is { Count: > 0 } results)
        {
            await environment.PrintAsync(Table(["TASK", "STATE", "RESULT"], results.Where(result => result.State != NodeTaskState.NotNeeded).Select(r => new[] { r.Id, r.State?.ToString(), r.Message })));
        }

        if (status.Residues is { Count: > 0 } residues)
        {
            await environment.PrintAsync(Table(["LEFT BY", "KIND", "WHERE", "WHAT IT DOES"], residues.Select(r => new[] { r.Owner, r.Kind, r.Where, r.Message })));
        }

        if (status.Backup is { } backup)
        {
            await environment.Output.WriteLineAsync($"Backup: {backup.Path} ({backup.Items} items)");
        }

        await environment.Output.WriteLineAsync(status.Audit is { } audit ? $"{audit}: {summary}" : summary);
    }

    private static Table Facts(NodeFacts facts) => Table(
        ["FACT", "VALUE"],
        new (string Name, string? Value)[]
        {
            ("System", string.Join(", ", new[] { facts.OperatingSystem, facts.Distribution }.Where(text => !string.IsNullOrEmpty(text)))),
            ("Kernel", $"{facts.Kernel?.Version} (options from {facts.Kernel?.ConfigSource})"),
            ("Lacks", string.Join(", ", (facts.Kernel?.Options ?? new Dictionary<string, KernelOption>()).Where(option => option.Value == KernelOption.No).Select(option => option.Key))),
            ("bpffs", facts.BpfMount),
            ("cgroup v2", facts.CgroupV2Mount),
            ("iptables", facts.IptablesMode),
            ("Default route", string.Join(", ", new[] { facts.DefaultRouteDevice, facts.DefaultRouteDeviceV6 }.Where(text => text is not null).Distinct())),
            ("Links", string.Join(", ", (facts.Links ?? []).Select(link => $"{link.Name}{(string.IsNullOrEmpty(link.Kind) ? "" : $" ({link.Kind})")}"))),
            ("Ports held", string.Join(", ", (facts.Ports ?? []).Where(port => !string.IsNullOrEmpty(port.Holder)).Select(port => $"{port.Port} by {port.Holder}"))),
            ("CNI confs", string.Join(", ", (facts.CniConfigs ?? []).Select(conf => conf.Path))),
            ("Peers", string.Join(", ", (facts.Peers ?? []).Select(peer => $"{peer.Address} {(peer.SameL2 == true ? "same L2" : peer.Message)}"))),
            ("API servers", string.Join(", ", (facts.ApiServerEndpoints ?? []).Select(e => e.Reachable == true ? $"{e.Endpoint} {e.Milliseconds} ms" : $"{e.Endpoint} {e.Message}"))),
        }.Where(fact => !string.IsNullOrEmpty(fact.Value)).Select(fact => new[] { fact.Name, fact.Value }));

    private static Table Table(string[] columns, IEnumerable<string?[]> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)).PadRight(2));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell ?? "")));
        }

        return table;
    }
}
