using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

public enum TraceState
{
    /// <summary>Proven to be the entry's; can go.</summary>
    Removable,

    /// <summary>The entry's, but a living pod or something else uses it.</summary>
    InUse,

    /// <summary>Has the name but not the proof: it is left alone, and a person has to look.</summary>
    NotProven,
}

/// <summary>Something on the node that an entry of the catalogue matches.</summary>
public abstract record Trace
{
    public required CatalogueEntry Entry { get; init; }

    /// <summary>A path, a link's name, a route, a table.</summary>
    public required string Where { get; init; }

    public TraceState State { get; init; }

    /// <summary>Why it isn't removable, or what exactly is there.</summary>
    public string? Detail { get; init; }
}

public sealed record FileTrace(HostFileInfo File) : Trace;

public sealed record LinkTrace(HostLink Link, IReadOnlyList<HostLink> Ports) : Trace;

public sealed record RouteTrace(HostRoute Route) : Trace;

public sealed record PolicyRuleTrace(HostPolicyRule Rule) : Trace;

/// <summary>All that an entry has in one table of one flavour: its chains with their rules, and its rules in other chains.</summary>
public sealed record XtablesTrace(XtablesBackend Backend, AddressFamily Family, string Table) : Trace
{
    public IReadOnlyList<string> Chains { get; init; } = [];

    public IReadOnlyList<XtablesRule> ChainRules { get; init; } = [];

    /// <summary>Jumps into the chains, and rules that are the entry's by themselves.</summary>
    public IReadOnlyList<XtablesRule> Rules { get; init; } = [];
}

public sealed record NftTableTrace(NftTable Table) : Trace;

public sealed record IpsetTrace(string Set) : Trace;

public sealed record VirtualServerTrace(IReadOnlyList<string> Lines) : Trace;

public sealed record ProgramTrace(HostProgram Program) : Trace;

public sealed record MountTrace(HostMount Mount) : Trace;
