using System.Text.Json.Nodes;
using NetProfile.Processes;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>
/// Adds links of kinds that this kernel may not have to what <c>ip -d -j addr show</c> really says, as that tool prints them on
/// kernels that do; takes their deletion, and answers ipvsadm. Everything else runs for real.
/// </summary>
internal sealed class ReplayingRunner(IProcessRunner inner) : IProcessRunner
{
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);

    public List<string> VirtualServers { get; } = [];

    public void AddLink(string name, string kind, string address, string infoData = "{}") => links[name] = $$"""
        {"ifindex":{{900 + links.Count}},"ifname":"{{name}}","flags":["POINTOPOINT","NOARP","UP","LOWER_UP"],"mtu":1420,"qdisc":"noqueue","operstate":"UNKNOWN","group":"default","txqlen":1000,
         "link_type":"none","promiscuity":0,"linkinfo":{"info_kind":"{{kind}}","info_data":{{infoData}}},
         "addr_info":[{"family":"inet","local":"{{address}}","prefixlen":32,"scope":"global","label":"{{name}}"}]}
        """;

    public bool Has(string name) => links.ContainsKey(name);

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        switch (spec)
        {
            case { FileName: "ip", Arguments: ["-d", "-j", "addr", "show"] }:
                var result = await inner.RunAsync(spec, cancellationToken);
                var real = (JsonArray)JsonNode.Parse(result.StandardOutput)!;
                foreach (var link in links.Values)
                {
                    real.Add(JsonNode.Parse(link));
                }

                return result with { StandardOutput = real.ToJsonString() };
            case { FileName: "ip" } when spec.Arguments is [.., "-batch", "-"] && System.Text.Encoding.UTF8.GetString(spec.StandardInput.Span) is var input && input.StartsWith("link delete", StringComparison.Ordinal):
                var others = input.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !links.Remove(line.Split(' ')[^1])).ToList();
                return others.Count == 0 ? Ok("") : await inner.RunAsync(spec with { StandardInput = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', others) + "\n") }, cancellationToken);
            case { FileName: "ip", Arguments: ["-j", "neigh", "show", "dev", var device, ..] } when links.ContainsKey(device):
                return Ok("[]");
            case { FileName: "ipvsadm", Arguments: ["-S", "-n"] }:
                return Ok(string.Join('\n', VirtualServers) + "\n");
            case { FileName: "ipvsadm", Arguments: ["-D", var protocol, var service] }:
                VirtualServers.RemoveAll(line => line.Contains($" {protocol} {service} ", StringComparison.Ordinal));
                return Ok("");
            default:
                return await inner.RunAsync(spec, cancellationToken);
        }
    }

    private static ProcessResult Ok(string output) => new(0, output, "", TimeSpan.Zero);
}
