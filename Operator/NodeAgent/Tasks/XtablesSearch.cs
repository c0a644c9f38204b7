using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Finds what an entry has in one table.</summary>
internal static class XtablesSearch
{
    public static XtablesTrace? Find(XtablesDump dump, XtablesTable table, TraceQuery query, NodeView node)
    {
        var entry = query.Entry;
        var chains = new HashSet<string>(StringComparer.Ordinal);
        var rules = new List<XtablesRule>();
        string? inUse = null;
        if (entry.PerContainer)
        {
            inUse = FindPerContainer(table, query, node, chains, rules);
        }
        else
        {
            chains.UnionWith(table.Chains.Where(chain => chain.Policy is null && query.Wants(chain.Name)).Select(chain => chain.Name));
            rules.AddRange(BareRules.Find(table, query));
        }

        if (entry.OnlyWhenEmpty && table.Rules.Any(rule => rule.Target is { } target && chains.Contains(rule.Chain) && !chains.Contains(target) && target.StartsWith("CNI-", StringComparison.Ordinal)))
        {
            return null;
        }

        var known = rules.ToHashSet();
        var jumps = table.Rules.Where(rule => rule.Target is { } target && chains.Contains(target) && !chains.Contains(rule.Chain) && !known.Contains(rule)).ToList();
        rules.AddRange(jumps);
        if (chains.Count == 0 && rules.Count == 0)
        {
            return inUse is null ? null : Trace(TraceState.InUse, inUse);
        }

        if (jumps.FirstOrDefault(jump => !entry.Owner.Equals("Cilium", StringComparison.Ordinal) && IsCilium(jump.Chain)) is { } foreign)
        {
            return Trace(TraceState.InUse, $"Cilium's chain {foreign.Chain} jumps to {foreign.Target}");
        }

        var inside = table.Rules.Where(rule => chains.Contains(rule.Chain)).ToList();
        return Trace(TraceState.Removable, $"{Counted(chains.Count, "chain")}, {Counted(inside.Count + rules.Count, "rule")}") with
        {
            Chains = [.. table.Chains.Select(chain => chain.Name).Where(chains.Contains)],
            ChainRules = inside,
            Rules = rules,
        };

        XtablesTrace Trace(TraceState state, string detail) => new(dump.Backend, dump.Family, table.Name)
        {
            Entry = entry,
            Where = $"{dump.Flavor} {table.Name}",
            State = state,
            Detail = detail,
        };
    }

    /// <returns>What is still in use.</returns>
    private static string? FindPerContainer(XtablesTable table, TraceQuery query, NodeView node, HashSet<string> chains, List<XtablesRule> rules)
    {
        string? inUse = null;
        foreach (var rule in table.Rules)
        {
            if (rule.Target is not { } target || !query.Wants(target) || ContainerOf(rule, query) is not { } id)
            {
                continue;
            }

            if (node.LivingContainers.Contains(id) && !query.EvenIfInUse)
            {
                inUse = $"container {id[..Math.Min(12, id.Length)]} lives";
            }
            else
            {
                rules.Add(rule);
                chains.Add(target);
            }
        }

        // A chain that another rule also leads to stays, and so does the rule.
        var shared = table.Rules.Where(rule => rule.Target is { } target && chains.Contains(target) && !rules.Contains(rule) && !chains.Contains(rule.Chain)).Select(rule => rule.Target!).ToHashSet(StringComparer.Ordinal);
        chains.ExceptWith(shared);
        rules.RemoveAll(rule => shared.Contains(rule.Target!));
        return inUse;
    }

    /// <summary>The id in a comment like <c>dnat name: "cbr0" id: "f3de…"</c>, when the network is the old one.</summary>
    private static string? ContainerOf(XtablesRule rule, TraceQuery query)
    {
        if (rule.Comment is not { } comment)
        {
            return null;
        }

        foreach (var proof in query.Entry.MustContain.SelectMany(text => query.Scope.NetworkNames.Select(name => text.Replace("{network}", name, StringComparison.Ordinal))))
        {
            var start = comment.IndexOf(proof, StringComparison.Ordinal);
            if (start >= 0)
            {
                var id = comment[(start + proof.Length)..];
                var end = id.IndexOf('"');
                return end < 0 ? id : id[..end];
            }
        }

        return null;
    }

    private static bool IsCilium(string chain) => chain.StartsWith("CILIUM_", StringComparison.Ordinal) || chain.StartsWith("OLD_CILIUM_", StringComparison.Ordinal);

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
