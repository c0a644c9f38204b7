using System.Diagnostics.Metrics;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>Nodes, counted. Pure.</summary>
internal static class NodeNumbers
{
    public static IEnumerable<Measurement<double>> All(ProfileView view) => view.Optional(view.Status.Nodes?.Total);

    public static IEnumerable<Measurement<double>> States(ProfileView view) => view.Status.Nodes is not { } nodes
        ? []
        : States(nodes).Where(state => state.Count is not null).Select(state => view.Number(state.Count!.Value, ("state", state.Name)));

    public static IEnumerable<Measurement<double>> Audits(ProfileView view) => InForce(view) ? view.Count(view.Networks.Select(n => n.Status?.Audit).OfType<AuditState>()) : [];

    public static IEnumerable<Measurement<double>> Migrations(ProfileView view) =>
        InForce(view) ? view.Count(view.Networks.Select(n => n.Status?.Migration?.State).OfType<NodeMigrationState>()) : [];

    /// <summary>Nodes belong to the one profile that is in force.</summary>
    private static bool InForce(ProfileView view) => view.Status.Nodes is not null;

    private static (string Name, int? Count)[] States(NodesStatus nodes) =>
    [
        ("ready", nodes.Ready),
        ("migrated", nodes.Migrated),
        ("clean", nodes.Clean),
        ("dirty", nodes.Dirty),
        ("failed", nodes.Failed),
        ("unreachable", nodes.Unreachable),
        ("skipped", nodes.Skipped ?? 0),
    ];
}
