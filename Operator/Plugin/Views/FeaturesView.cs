using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>The lines of `cilium status`, each with how many agents say so.</summary>
internal static class FeaturesView
{
    public static IEnumerable<IRenderable> Render(IReadOnlyList<FeatureStatus>? features)
    {
        if (features is not { Count: > 0 })
        {
            yield break;
        }

        var table = Parts.Columns("FEATURE", "WANTED", "REPORTED", "AGENTS");
        foreach (var feature in features)
        {
            var agrees = feature.NodesReporting == feature.NodesTotal;
            var agents = feature.NodesTotal is > 0 and var total ? string.Create(CultureInfo.InvariantCulture, $"{feature.NodesReporting ?? 0}/{total}") : "-";
            table.AddRow(
                Parts.Plain(feature.Name),
                Parts.Plain(feature.Wanted ?? "-"),
                agrees ? Parts.Plain(feature.Reported) : Parts.Colored(feature.Reported, Parts.Bad),
                agrees ? Parts.Plain(agents) : Parts.Colored(agents, Parts.Bad));
        }

        yield return Parts.Section("Features", table);
    }
}
