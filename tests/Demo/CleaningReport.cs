using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Building;
using Spectre.Console;

namespace NetProfile.Demo;

/// <summary>What Flannel left on the nodes, and what the agents made of it.</summary>
internal static class CleaningReport
{
    private const int MostNodes = 3;

    /// <summary>The first node's leftovers, which are the others' too.</summary>
    public static void ShowTraces(LivingCluster cluster)
    {
        var found = cluster.Host("node1", host => new List<(string Kind, IEnumerable<string> Names)>
        {
            ("links", [.. host.Links.Values.Where(l => l.Kind is "vxlan" or "bridge").Select(l => l.TunnelPort > 0 ? $"{l.Name} (holds UDP {l.TunnelPort})" : l.Name)]),
            ("routes", [.. host.Routes.Where(r => r.Protocol == "flannel").Select(r => $"{r.Destination} dev {r.Device}")]),
            ("chains", [.. host.Chains.Where(c => c.Name.StartsWith("FLANNEL", StringComparison.Ordinal) || c.Name.StartsWith("KUBE-S", StringComparison.Ordinal)).Select(c => $"{c.Family} {c.Table} {c.Name}")]),
            ("files", [.. host.Files.Keys.Where(p => p.Contains("flannel", StringComparison.Ordinal) || p.StartsWith("/var/lib/cni", StringComparison.Ordinal))]),
        });
        var annotations = (cluster.Store.Get("nodes", null, "node1")?["metadata"]?["annotations"] as JsonObject)?.Select(a => a.Key).Where(k => k.Contains("flannel", StringComparison.Ordinal)) ?? [];
        foreach (var (kind, names) in found.Append(("annotations", annotations)))
        {
            AnsiConsole.MarkupLineInterpolated($"  {kind,-12} [grey]{string.Join(", ", names)}[/]");
        }
    }

    /// <summary>By node and task, from the status of each NodeNetwork.</summary>
    public static void ShowResults(LivingCluster cluster)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Node", "Task", "What was done");
        foreach (var node in cluster.Store.List("nodenetworks.netprofile.io").Take(MostNodes))
        {
            var status = node["status"];
            var done = (status?["results"] as JsonArray ?? []).Where(r => (string?)r?["state"] is not "NotNeeded").ToList();
            foreach (var result in done)
            {
                table.AddRow(new Text((string)node["metadata"]!["name"]!), new Text((string?)result!["id"] ?? ""), new Text((string?)result["message"] ?? (string?)result["state"] ?? ""));
            }

            table.AddRow(
                new Text((string)node["metadata"]!["name"]!),
                new Text("audit", new Style(Color.Green)),
                new Text($"{status?["audit"]}, backup of {status?["backup"]?["items"] ?? 0} items in {status?["backup"]?["path"] ?? "-"}", new Style((string?)status?["audit"] == "Clean" ? Color.Green : Color.Red)));
        }

        AnsiConsole.Write(table);
    }
}
