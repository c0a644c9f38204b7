using System.Collections.Frozen;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>The handler of each kind. Annotations and taints have none: they are on API objects, which the agent doesn't write.</summary>
public static class TraceHandlers
{
    private static readonly FrozenDictionary<TraceKind, ITraceHandler> ByKind = new ITraceHandler[]
    {
        new FileHandler(), new LinkHandler(), new RouteHandler(), new PolicyRuleHandler(), new ChainHandler(), new NftTableHandler(),
        new IpsetHandler(), new VirtualServerHandler(), new ProgramHandler(), new MountHandler(),
    }.ToFrozenDictionary(handler => handler.Kind);

    public static ITraceHandler? For(TraceKind kind) => ByKind.GetValueOrDefault(kind);

    public static bool Fits(NodeTask task, CatalogueEntry entry) => For(entry.Kind)?.TaskType == task.GetType();
}
