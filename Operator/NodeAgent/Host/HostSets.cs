namespace NetProfile.NodeAgent.Host;

/// <summary>ipset and ipvsadm. A kernel without them has none.</summary>
public sealed class HostSets(HostTools tools) : IHostSets
{
    public async Task<IReadOnlyList<string>> ListIpsetsAsync(CancellationToken cancellationToken)
    {
        var result = await tools.TryRunAsync("ipset", ["list", "-n"], null, cancellationToken);
        return result is { ExitCode: 0 } ? result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    public Task<string> SaveIpsetAsync(string name, CancellationToken cancellationToken) => tools.RunAsync("ipset", ["save", name], cancellationToken);

    public async Task DestroyIpsetAsync(string name, CancellationToken cancellationToken)
    {
        var result = await tools.TryRunAsync("ipset", ["destroy", name], null, cancellationToken) ?? throw new HostException("ipset isn't installed");
        if (result.ExitCode != 0 && !result.StandardError.Contains("does not exist", StringComparison.Ordinal))
        {
            throw HostTools.Failed("ipset", ["destroy", name], result);
        }
    }

    public Task RestoreIpsetAsync(string saved, CancellationToken cancellationToken) => tools.RunAsync("ipset", ["restore", "-exist"], cancellationToken, saved);

    public async Task<IReadOnlyList<string>> ListVirtualServersAsync(CancellationToken cancellationToken)
    {
        var result = await tools.TryRunAsync("ipvsadm", ["-S", "-n"], null, cancellationToken);
        return result is { ExitCode: 0 } ? result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    public async Task DeleteVirtualServersAsync(IReadOnlyList<string> services, CancellationToken cancellationToken)
    {
        // Each is a whole line of ipvsadm -S: "-A -t 10.96.0.1:443 -s rr".
        foreach (var words in services.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 2))
        {
            await tools.RunAsync("ipvsadm", ["-D", words[1], words[2]], cancellationToken);
        }
    }

    public Task RestoreVirtualServersAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken) =>
        lines.Count == 0 ? Task.CompletedTask : tools.RunAsync("ipvsadm", ["-R"], cancellationToken, string.Join('\n', lines) + "\n");
}
