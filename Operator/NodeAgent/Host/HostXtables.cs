using NetProfile.Processes;

namespace NetProfile.NodeAgent.Host;

/// <summary>Both backends of iptables and ip6tables by their own tools, whichever of them this node has.</summary>
public sealed class HostXtables(HostTools tools) : IHostXtables
{
    private static readonly (XtablesBackend Backend, AddressFamily Family)[] Flavors =
    [
        (XtablesBackend.Legacy, AddressFamily.IPv4), (XtablesBackend.Legacy, AddressFamily.IPv6),
        (XtablesBackend.Nft, AddressFamily.IPv4), (XtablesBackend.Nft, AddressFamily.IPv6),
    ];

    public async Task<IReadOnlyList<XtablesDump>> SaveAsync(CancellationToken cancellationToken)
    {
        var dumps = new List<XtablesDump>();
        foreach (var (backend, family) in Flavors)
        {
            var tool = Tool(backend, family) + "-save";
            var result = await tools.TryRunAsync(tool, [], null, cancellationToken);
            if (result is null)
            {
                await RefuseWhenTablesExistAsync(backend, family, cancellationToken);
                continue;
            }

            if (result.ExitCode != 0)
            {
                if (IsUnsupported(result))
                {
                    continue;
                }

                throw HostTools.Failed(tool, [], result);
            }

            dumps.Add(new XtablesDump(backend, family, XtablesText.Parse(result.StandardOutput)));
        }

        return dumps;
    }

    public async Task ApplyAsync(XtablesBackend backend, AddressFamily family, string table, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        if (commands.Count == 0)
        {
            return;
        }

        if (table.AsSpan().ContainsAnyExceptInRange('a', 'z') || commands.Any(command => command.AsSpan().ContainsAny('\n', '\r', '\0')))
        {
            throw new HostException("a command for iptables isn't one line");
        }

        var input = $"*{table}\n{string.Join('\n', commands)}\nCOMMIT\n";
        await tools.RunAsync(Tool(backend, family) + "-restore", ["--noflush", "--wait", "60"], cancellationToken, input);
    }

    public async Task DropEmptyBuiltinAsync(AddressFamily family, string table, string chain, CancellationToken cancellationToken) =>
        await tools.TryRunAsync(Tool(XtablesBackend.Nft, family), ["-t", table, "-X", chain], null, cancellationToken);

    private static string Tool(XtablesBackend backend, AddressFamily family) =>
        (family == AddressFamily.IPv4 ? "iptables-" : "ip6tables-") + (backend == XtablesBackend.Legacy ? "legacy" : "nft");

    /// <summary>Without the tool there may still be rules: then "nothing found" would be a lie.</summary>
    private async Task RefuseWhenTablesExistAsync(XtablesBackend backend, AddressFamily family, CancellationToken cancellationToken)
    {
        if (backend == XtablesBackend.Legacy)
        {
            var names = await tools.TryRunAsync("cat", [family == AddressFamily.IPv4 ? "/proc/net/ip_tables_names" : "/proc/net/ip6_tables_names"], null, cancellationToken);
            if (names is { ExitCode: 0 } && !string.IsNullOrWhiteSpace(names.StandardOutput))
            {
                throw new HostException($"the node has {Tool(backend, family)} tables ({string.Join(", ", names.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries))}), but the tool isn't installed");
            }
        }
    }

    private static bool IsUnsupported(ProcessResult result) =>
        result.StandardError.Contains("does not exist", StringComparison.Ordinal)
        || result.StandardError.Contains("Protocol not supported", StringComparison.Ordinal)
        || result.StandardError.Contains("Failed to initialize nft", StringComparison.Ordinal)
        || result.StandardError.Contains("Address family not supported", StringComparison.Ordinal);
}
