using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>
/// The allow-list. A plan comes from the API, so it is only believed as far as the agent's own catalogues go: what they don't name is
/// refused, and with one refusal nothing of the plan runs. The second half of the guard is the proof that every handler asks of what
/// it finds.
/// </summary>
public static class NodeGuard
{
    private const int MaxTasks = 500;
    private const int MaxTargets = 1000;

    /// <returns>Refusals by task id; empty when the plan may run.</returns>
    public static IReadOnlyDictionary<string, string> Examine(IReadOnlyList<NodeTask> tasks, IReadOnlyList<TraceCatalogue> catalogues)
    {
        var refusals = new Dictionary<string, string>(StringComparer.Ordinal);
        if (tasks.Count > MaxTasks)
        {
            refusals["plan"] = $"the plan has {tasks.Count} tasks, at most {MaxTasks} are taken";
            return refusals;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            var refusal = !ids.Add(task.Id) ? "another task has the same id" : Refuse(task, catalogues);
            if (refusal is not null)
            {
                refusals[Shortened(task.Id)] = refusal;
            }
        }

        return refusals;
    }

    public static (TraceCatalogue Catalogue, CatalogueEntry Entry)? Find(string entry, IReadOnlyList<TraceCatalogue> catalogues)
    {
        foreach (var catalogue in catalogues)
        {
            if (catalogue.Find(entry) is { } found)
            {
                return (catalogue, found);
            }
        }

        return null;
    }

    private static string? Refuse(NodeTask task, IReadOnlyList<TraceCatalogue> catalogues)
    {
        if (task.Id.Length is 0 or > 200)
        {
            return "its id isn't a name";
        }

        if (task is RestoreTask)
        {
            return task is { Entry: RestoreTask.CniConfs or RestoreTask.Backups, Targets: null or { Count: 0 } } ? null : $"'{Shortened(task.Entry)}' isn't what can be restored";
        }

        if (Find(task.Entry, catalogues) is not var (_, entry))
        {
            return $"no catalogue has an entry '{Shortened(task.Entry)}'";
        }

        if (!TraceHandlers.Fits(task, entry))
        {
            return $"entry {entry.Id} is about {entry.Kind}, which is another task's";
        }

        if (task.Targets is { Count: > MaxTargets })
        {
            return "it has too many targets";
        }

        foreach (var target in task.Targets ?? [])
        {
            if (RefuseTarget(target, entry) is { } refusal)
            {
                return refusal;
            }
        }

        return task.PodCIDRs?.Select(RefuseNetwork).FirstOrDefault(refusal => refusal is not null);
    }

    private static string? RefuseTarget(string target, CatalogueEntry entry)
    {
        if (target is null || !CatalogueRules.IsSafeName(target))
        {
            return $"'{Shortened(target)}' can't be a name";
        }

        if (entry.Targets.Contains(target))
        {
            return null;
        }

        if (NamePattern.IsPattern(target) || !NamePattern.IsMatchAny(entry.Targets, target) || NamePattern.IsMatchAny(entry.Except, target))
        {
            return $"'{Shortened(target)}' isn't among what entry {entry.Id} allows";
        }

        return entry.Kind is TraceKind.File or TraceKind.Mount && !CatalogueRules.IsPlainPath(target) ? $"'{Shortened(target)}' isn't a plain path" : null;
    }

    /// <summary>A pod network that is as wide as an address plan would make every static route Flannel's.</summary>
    private static string? RefuseNetwork(string text)
    {
        if (text is null || text.Length > 64 || LinkJson.Network(text) is not { } network)
        {
            return $"'{Shortened(text)}' isn't a network";
        }

        var least = network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 8 : 16;
        return network.PrefixLength < least ? $"{network} is too wide to be a pod network" : null;
    }

    private static string Shortened(string? text) => text is null ? "" : text.Length <= 60 ? text : text[..60] + "…";
}
