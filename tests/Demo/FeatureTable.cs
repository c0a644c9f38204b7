using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Building;
using Spectre.Console;

namespace NetProfile.Demo;

internal static class FeatureTable
{
    public static void Show(LivingCluster cluster)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Feature", "Wanted", "Reported", "Nodes");
        var features = cluster.Store.Get("networkprofiles.netprofile.io", null, "cluster")?["status"]?["features"] as JsonArray ?? [];
        foreach (var feature in features)
        {
            var agrees = (string?)feature!["wanted"] == (string?)feature["reported"];
            table.AddRow(
                new Text((string?)feature["name"] ?? ""),
                new Text((string?)feature["wanted"] ?? ""),
                new Text((string?)feature["reported"] ?? "", new Style(agrees ? Color.Green : Color.Red)),
                new Text($"{feature["nodesReporting"]}/{feature["nodesTotal"]}"));
        }

        AnsiConsole.Write(table);
    }
}
