namespace NetProfile.NodeAgent.Host;

/// <summary>Reads the output of iptables-save.</summary>
public static class XtablesText
{
    public static IReadOnlyList<XtablesTable> Parse(string output)
    {
        var tables = new List<XtablesTable>();
        string? name = null;
        var chains = new List<XtablesChain>();
        var rules = new List<XtablesRule>();
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            if (line.StartsWith('*'))
            {
                name = line[1..].Trim();
                chains = [];
                rules = [];
                positions.Clear();
            }
            else if (name is not null && line.StartsWith(':'))
            {
                var words = line[1..].Split(' ', 3);
                chains.Add(new XtablesChain(words[0], words.Length > 1 && words[1] != "-" ? words[1] : null));
            }
            else if (name is not null && line == "COMMIT")
            {
                tables.Add(new XtablesTable(name, chains, rules));
                name = null;
            }
            else if (name is not null && line.StartsWith("-A ", StringComparison.Ordinal))
            {
                var end = line.IndexOf(' ', 3);
                var chain = end < 0 ? line[3..] : line[3..end];
                positions[chain] = positions.GetValueOrDefault(chain) + 1;
                rules.Add(XtablesRule.Parse(line, positions[chain])!);
            }
            else if (Incompatible(line) is { } table)
            {
                tables.Add(new XtablesTable(table, [], [], Incompatible: true));
            }
        }

        return tables;
    }

    /// <summary>What iptables-nft-save prints for a table with rules that only nft can show.</summary>
    private static string? Incompatible(string line)
    {
        const string Start = "# Table `", End = "' is incompatible";
        var end = line.IndexOf(End, StringComparison.Ordinal);
        return line.StartsWith(Start, StringComparison.Ordinal) && end > 0 ? line[Start.Length..end] : null;
    }
}
