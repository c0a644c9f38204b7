using NetProfile.NodeAgent.Host;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>The host's chains as iptables-save shows them. Of rules there are the jumps only.</summary>
internal sealed class SimulatedXtables(HostAccess host) : IHostXtables
{
    public Task<IReadOnlyList<XtablesDump>> SaveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(host.Read<IReadOnlyList<XtablesDump>>(h =>
        [
            Dump(h, AddressFamily.IPv4),
            Dump(h, AddressFamily.IPv6),
        ]));

    public Task ApplyAsync(XtablesBackend backend, AddressFamily family, string table, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        host.Change(h =>
        {
            foreach (var words in commands.Select(command => command.Split(' ', 3)))
            {
                bool Is(HostChain chain) => chain.Family == Name(family) && chain.Table == table;
                switch (words[0])
                {
                    case "-D":
                        var jump = h.Chains.FindIndex(chain => Is(chain) && chain.JumpFrom == words[1] && Rule(chain) == words[2]);
                        if (jump >= 0)
                        {
                            h.Chains[jump] = h.Chains[jump] with { JumpFrom = null };
                        }

                        break;
                    case "-X":
                        h.Chains.RemoveAll(chain => Is(chain) && chain.Name == words[1]);
                        break;
                    case "-N":
                        h.AddChain(new HostChain(Name(family), table, words[1]));
                        break;
                    case "-I":
                        var rule = words[2][(words[2].IndexOf(' ', StringComparison.Ordinal) + 1)..];
                        var target = h.Chains.FindIndex(chain => Is(chain) && chain.JumpFrom is null && rule.EndsWith("-j " + chain.Name, StringComparison.Ordinal));
                        if (target >= 0)
                        {
                            h.Chains[target] = h.Chains[target] with { JumpFrom = words[1], Comment = rule.Split('"') is [_, var comment, ..] ? comment : null };
                        }

                        break;
                    case "-A" or "-F":
                        // What is in a chain, nobody reads.
                        break;
                    default:
                        throw new HostException($"a simulated host knows no {words[0]}");
                }
            }
        });
        return Task.CompletedTask;
    }

    public Task DropEmptyBuiltinAsync(AddressFamily family, string table, string chain, CancellationToken cancellationToken) => Task.CompletedTask;

    private static XtablesDump Dump(SimulatedHost host, AddressFamily family)
    {
        var tables = host.Chains.Where(chain => chain.Family == Name(family)).GroupBy(chain => chain.Table, StringComparer.Ordinal).Select(table =>
        {
            var builtin = table.Select(chain => chain.JumpFrom).OfType<string>().Distinct(StringComparer.Ordinal).Select(name => new XtablesChain(name, "ACCEPT"));
            var own = table.Select(chain => chain.Name).Distinct(StringComparer.Ordinal).Select(name => new XtablesChain(name, null));
            var rules = table.Where(chain => chain.JumpFrom is not null).Select((chain, i) => XtablesRule.Parse($"-A {chain.JumpFrom} {Rule(chain)}", i + 1)!);
            return new XtablesTable(table.Key, [.. builtin, .. own], [.. rules]);
        });
        return new XtablesDump(host.IptablesMode == "legacy" ? XtablesBackend.Legacy : XtablesBackend.Nft, family, [.. tables]);
    }

    private static string Rule(HostChain chain) => chain.Comment is { } comment ? $"-m comment --comment \"{comment}\" -j {chain.Name}" : $"-j {chain.Name}";

    private static string Name(AddressFamily family) => family == AddressFamily.IPv4 ? "ipv4" : "ipv6";
}

/// <summary>The host's own tables of nftables, with the chains that Flannel makes in them.</summary>
internal sealed class SimulatedNftables(HostAccess host) : IHostNftables
{
    public Task<IReadOnlyList<NftTable>?> ListTablesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NftTable>?>([.. host.Read(h => h.NftTables.ToList()).Select(key => key.Split(' ', 2)).Select(parts => new NftTable(parts[0], parts[1]))]);

    public Task<IReadOnlyList<string>> ListChainsAsync(NftTable table, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(table.Name == "kube-proxy" ? ["services", "nat-prerouting", "masquerading"] : ["forward", "postrtg"]);

    public Task<string> DumpAsync(NftTable table, CancellationToken cancellationToken) => Task.FromResult($"table {table.Key} {{\n}}\n");

    public Task DeleteAsync(NftTable table, CancellationToken cancellationToken)
    {
        host.Change(h => h.NftTables.Remove(table.Key));
        return Task.CompletedTask;
    }

    public Task RestoreAsync(string dump, CancellationToken cancellationToken)
    {
        var words = dump.Split(' ');
        host.Change(h => h.NftTables.Add($"{words[1]} {words[2]}"));
        return Task.CompletedTask;
    }
}
