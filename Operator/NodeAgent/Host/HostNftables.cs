using System.Text.Json.Nodes;

namespace NetProfile.NodeAgent.Host;

/// <summary>nftables by nft.</summary>
public sealed class HostNftables(HostTools tools) : IHostNftables
{
    public async Task<IReadOnlyList<NftTable>?> ListTablesAsync(CancellationToken cancellationToken)
    {
        var result = await tools.TryRunAsync("nft", ["-j", "list", "tables"], null, cancellationToken);
        if (result is null || result.ExitCode != 0)
        {
            return null;
        }

        return [.. Objects(result.StandardOutput, "table").Select(t => new NftTable(LinkJson.Text(t["family"]) ?? "", LinkJson.Text(t["name"]) ?? ""))];
    }

    public async Task<IReadOnlyList<string>> ListChainsAsync(NftTable table, CancellationToken cancellationToken)
    {
        var output = await tools.RunAsync("nft", ["-j", "list", "table", table.Family, table.Name], cancellationToken);
        return [.. Objects(output, "chain").Select(c => LinkJson.Text(c["name"]) ?? "")];
    }

    public Task<string> DumpAsync(NftTable table, CancellationToken cancellationToken) =>
        tools.RunAsync("nft", ["-s", "list", "table", table.Family, table.Name], cancellationToken);

    public async Task DeleteAsync(NftTable table, CancellationToken cancellationToken)
    {
        string[] arguments = ["delete", "table", table.Family, table.Name];
        var result = await tools.TryRunAsync("nft", arguments, null, cancellationToken) ?? throw new HostException("nft isn't installed");
        if (result.ExitCode != 0 && !result.StandardError.Contains("No such file or directory", StringComparison.Ordinal))
        {
            throw HostTools.Failed("nft", arguments, result);
        }
    }

    public Task RestoreAsync(string dump, CancellationToken cancellationToken) => tools.RunAsync("nft", ["-f", "-"], cancellationToken, dump);

    private static IEnumerable<JsonObject> Objects(string output, string kind) =>
        (HostTools.Parse("nft", output)?["nftables"] as JsonArray ?? []).OfType<JsonObject>().Select(o => o[kind]).OfType<JsonObject>();
}
