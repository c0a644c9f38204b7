using System.Net;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>
/// Rules in builtin chains that are the entry's own. One with the entry's comment is. One without is only when it is word for word
/// what the entry's templates give for a pod network of this node and at least one sibling is there too: a person who
/// writes a MASQUERADE by hand doesn't write the whole set.
/// </summary>
internal static class BareRules
{
    public static IReadOnlyList<XtablesRule> Find(XtablesTable table, TraceQuery query)
    {
        var entry = query.Entry;
        var builtin = table.Chains.Where(chain => chain.Policy is not null).Select(chain => chain.Name).ToHashSet(StringComparer.Ordinal);
        var commented = table.Rules.Where(rule => builtin.Contains(rule.Chain) && rule.Comment is { } comment
            && (entry.RuleComments.Any(start => comment.StartsWith(start, StringComparison.Ordinal))
                || (entry.Rules.Count > 0 && entry.MustContain.Contains(comment) && rule.Target is not null && !IsChain(rule.Target))));
        if (entry.Rules.Count == 0)
        {
            return [.. commented];
        }

        var templates = Templates(query).ToHashSet(StringComparer.Ordinal);
        var plain = table.Rules.Where(rule => builtin.Contains(rule.Chain) && rule.Comment is null && templates.Contains($"{rule.Chain} {rule.Text}")).ToList();
        return [.. commented, .. plain.DistinctBy(rule => rule.Text).Count() > 1 ? plain : []];
    }

    private static bool IsChain(string target) => target is not ("ACCEPT" or "RETURN" or "MASQUERADE" or "DROP");

    private static IEnumerable<string> Templates(TraceQuery query)
    {
        foreach (var network in query.Scope.Networks)
        {
            var subnets = query.Scope.Subnets.Where(subnet => TraceScope.Contains(network, subnet)).DefaultIfEmpty(network);
            foreach (var template in query.Entry.Rules)
            {
                foreach (var subnet in subnets)
                {
                    yield return template.Replace("{net}", Text(network), StringComparison.Ordinal).Replace("{subnet}", Text(subnet), StringComparison.Ordinal);
                }
            }
        }
    }

    private static string Text(IPNetwork network) => $"{network.BaseAddress}/{network.PrefixLength}";
}
