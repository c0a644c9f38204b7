using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Backups;

/// <summary>Puts chains and rules back, in one transaction a table, the rules where they were.</summary>
internal sealed class XtablesRestorer(IHostXtables xtables)
{
    /// <param name="items">Of one table; they may refer to each other's chains.</param>
    public async Task<bool> RestoreAsync(IReadOnlyList<XtablesItem> items, CancellationToken cancellationToken)
    {
        var item = items[0];
        var dump = (await xtables.SaveAsync(cancellationToken)).FirstOrDefault(d => d.Backend == item.Backend && d.Family == item.Family)
            ?? throw new HostException($"the node has no iptables of that kind ({item.Backend}, {item.Family}) any more");
        var table = dump.Tables.FirstOrDefault(t => t.Name == item.Table) ?? new XtablesTable(item.Table, [], []);
        var present = table.Chains.Select(chain => chain.Name).ToHashSet(StringComparer.Ordinal);
        var missing = items.SelectMany(i => i.Chains).Where(chain => !present.Contains(chain)).ToHashSet(StringComparer.Ordinal);
        var commands = missing.Select(chain => $"-N {chain}").ToList();
        commands.AddRange(items.SelectMany(i => i.ChainRules).Where(rule => missing.Contains(rule.Split(' ')[0])).Select(rule => "-A " + rule));

        var rules = table.Rules.Select(rule => (rule.Chain, rule.Text)).ToHashSet();
        var counts = table.Rules.GroupBy(rule => rule.Chain).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        foreach (var rule in items.SelectMany(i => i.Rules).OrderBy(rule => rule.Position).Where(rule => !rules.Contains((rule.Chain, rule.Text))))
        {
            var count = counts.GetValueOrDefault(rule.Chain);
            commands.Add($"-I {rule.Chain} {Math.Min(rule.Position, count + 1)} {rule.Text}");
            counts[rule.Chain] = count + 1;
        }

        await xtables.ApplyAsync(item.Backend, item.Family, item.Table, commands, cancellationToken);
        return commands.Count > 0;
    }
}
