using System.Net;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NodeAgent.Inspection;

/// <summary>Everything of a catalogue that is on the node. Reads only.</summary>
public static class ResidueReader
{
    public const int MaxResidues = 200;

    public static async Task<IReadOnlyList<Trace>> FindAsync(
        TraceCatalogue catalogue, IReadOnlyCollection<string> owners, IReadOnlyList<string> podCidrs, NodeView node, CancellationToken cancellationToken)
    {
        var scope = (await ScopeReader.ReadAsync(node, cancellationToken)).With(podCidrs.Select(LinkJson.Network).OfType<IPNetwork>(), []);
        var traces = new List<Trace>();
        foreach (var entry in catalogue.Entries.Where(entry => owners.Count == 0 || owners.Contains(entry.Owner)))
        {
            if (TraceHandlers.For(entry.Kind) is { } handler)
            {
                traces.AddRange(await handler.FindAsync(new TraceQuery { Entry = entry, Targets = entry.Targets, Scope = scope }, node, cancellationToken));
            }
        }

        return traces;
    }

    /// <summary>For people and the API, bounded: of many of one entry the first few, and how many more.</summary>
    public static IReadOnlyList<Residue> ToResidues(IReadOnlyList<Trace> traces)
    {
        const int PerEntry = 10;
        var residues = new List<Residue>();
        foreach (var group in traces.GroupBy(trace => trace.Entry))
        {
            var all = group.ToList();
            residues.AddRange(all.Take(PerEntry).Select(trace => Residue(trace, trace.Where, Message(trace))));
            if (all.Count > PerEntry)
            {
                residues.Add(Residue(all[0], $"{all.Count - PerEntry} more", group.Key.Because));
            }
        }

        return residues.Count <= MaxResidues ? residues : [.. residues.Take(MaxResidues)];
    }

    private static Residue Residue(Trace trace, string where, string message) => new()
    {
        Id = trace.Entry.Id,
        Kind = KindOf(trace.Entry.Kind),
        Where = where,
        Owner = trace.Entry.Owner,
        Message = message,
    };

    private static string Message(Trace trace) => trace.State switch
    {
        TraceState.InUse => $"In use: {trace.Detail}. {trace.Entry.Because}",
        TraceState.NotProven => $"Not proven to be {trace.Entry.Owner}'s and left alone: {trace.Detail}. Look at it by hand.",
        _ => trace.Detail is null ? trace.Entry.Because : $"{trace.Detail}. {trace.Entry.Because}",
    };

    private static string KindOf(TraceKind kind) => kind switch
    {
        TraceKind.Ipset => "set",
        TraceKind.NftTable => "table",
        TraceKind.PolicyRule => "rule",
        TraceKind.VirtualServer => "service",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
