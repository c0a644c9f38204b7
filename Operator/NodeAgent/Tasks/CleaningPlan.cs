using System.Security.Cryptography;
using System.Text.Json;
using NetProfile.Crds;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>What a cleaning is asked for.</summary>
public sealed record CleaningRequest
{
    public required TraceCatalogue Catalogue { get; init; }

    /// <summary>Flannel, kube-proxy, …; empty means all of the catalogue.</summary>
    public IReadOnlyCollection<string> Owners { get; init; } = [];

    public IReadOnlyList<string> PodCIDRs { get; init; } = [];

    /// <summary>Cuts off pods that still use the old network.</summary>
    public bool EvenIfInUse { get; init; }

    public bool DryRun { get; init; }

    public bool Backup { get; init; } = true;
}

/// <summary>
/// The plan for a node, pure: one task an entry, in the catalogue's order. What isn't on the node comes out as NotNeeded, so the same
/// request gives every node the same plan, with the same id, before and after.
/// </summary>
public static class CleaningPlan
{
    public static NodeNetworkSpec For(CleaningRequest request)
    {
        var tasks = new List<NodeTask>();
        foreach (var entry in request.Catalogue.Entries)
        {
            if (TraceHandlers.For(entry.Kind) is { } handler && (request.Owners.Count == 0 || request.Owners.Contains(entry.Owner)))
            {
                tasks.Add(handler.CreateTask(entry, entry.Id) with
                {
                    PodCIDRs = entry.Kind is TraceKind.Route or TraceKind.Chain or TraceKind.Link && request.PodCIDRs.Count > 0 ? request.PodCIDRs : null,
                    EvenIfInUse = request.EvenIfInUse ? true : null,
                    Because = entry.Because,
                });
            }
        }

        return WithId(new NodeNetworkSpec { Tasks = tasks, Backup = request.Backup ? null : false, DryRun = request.DryRun ? true : null });
    }

    /// <summary>A plan that was put together by hand, with the id that follows from its tasks.</summary>
    public static NodeNetworkSpec WithId(NodeNetworkSpec spec) => spec with { PlanId = IdOf(spec with { PlanId = null }) };

    /// <summary>The same tasks have the same id.</summary>
    private static string IdOf(NodeNetworkSpec spec) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(spec, CrdsJsonContext.Default.NodeNetworkSpec)))[..16];
}
