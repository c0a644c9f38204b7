using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.NodeAgent.Inspection;

namespace NetProfile.NodeAgent.Host;

/// <summary>Links, routes and rules by iproute2.</summary>
public sealed class HostNetwork(HostTools tools) : IHostNetwork
{
    private const int OneByOne = 8;

    /// <summary>A device group that nobody else uses.</summary>
    private const string Group = "1852141679";

    public async Task<IReadOnlyList<HostLink>> GetLinksAsync(CancellationToken cancellationToken) =>
        [.. (await tools.JsonAsync("ip", ["-d", "-j", "addr", "show"], cancellationToken)).OfType<JsonObject>().Select(LinkJson.Link)];

    public async Task<LinkState> GetLinkStateAsync(HostLink link, CancellationToken cancellationToken)
    {
        var routes = (await GetRoutesAsync(cancellationToken)).Where(route => route.Device == link.Name).ToList();
        var neighbours = await tools.JsonAsync("ip", ["-j", "neigh", "show", "dev", link.Name, "nud", "permanent"], cancellationToken);
        var forwarding = link.Kind is "vxlan" or "bridge"
            ? await tools.JsonAsync("bridge", ["-j", "fdb", "show", "dev", link.Name], cancellationToken)
            : [];
        return new LinkState(link, routes, forwarding, neighbours);
    }

    public async Task DeleteLinksAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count > OneByOne && await IsGroupFreeAsync(cancellationToken))
        {
            // The kernel waits out a grace period for each deletion, but only once for a group.
            await BatchAsync("ip", [], names.Select(name => $"link set dev {Checked(name)} group {Group}"), cancellationToken);
            await tools.RunAsync("ip", ["link", "delete", "group", Group], cancellationToken);
        }
        else
        {
            await BatchAsync("ip", [], names.Select(name => $"link delete dev {Checked(name)}"), cancellationToken);
        }
    }

    public async Task CreateLinkAsync(LinkState state, CancellationToken cancellationToken)
    {
        foreach (var (tool, words) in LinkCommands.Create(state))
        {
            await tools.RunAsync(tool, words, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<HostRoute>> GetRoutesAsync(CancellationToken cancellationToken)
    {
        var routes = new List<HostRoute>();
        foreach (var (family, flag) in Families)
        {
            var json = await tools.JsonAsync("ip", ["-d", "-j", flag, "route", "show", "table", "all"], cancellationToken);
            routes.AddRange(json.OfType<JsonObject>().Select(route => LinkJson.Route(family, route)).Where(route => route.Table != "local"));
        }

        return routes;
    }

    public async Task DeleteRoutesAsync(IReadOnlyList<HostRoute> routes, CancellationToken cancellationToken)
    {
        foreach (var (family, flag) in Families)
        {
            await BatchAsync("ip", [flag, "-force"], routes.Where(r => r.Family == family).Select(r => "route del " + RouteText.Describe(r)), cancellationToken);
        }
    }

    public async Task AddRoutesAsync(IReadOnlyList<HostRoute> routes, CancellationToken cancellationToken)
    {
        foreach (var (family, flag) in Families)
        {
            var lines = routes.Where(r => r.Family == family).Select(r => "route replace " + string.Join(' ', RouteText.Words(r, forDeletion: false)));
            await BatchAsync("ip", [flag], lines, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<HostPolicyRule>> GetPolicyRulesAsync(CancellationToken cancellationToken)
    {
        var rules = new List<HostPolicyRule>();
        foreach (var (family, flag) in Families)
        {
            var json = await tools.JsonAsync("ip", ["-d", "-j", flag, "rule", "show"], cancellationToken);
            rules.AddRange(json.OfType<JsonObject>().Select(rule =>
                new HostPolicyRule(family, LinkJson.Number(rule["priority"]) ?? 0, LinkJson.Text(rule["table"]) ?? "", rule)));
        }

        return rules;
    }

    public Task DeletePolicyRulesAsync(IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken) => RulesAsync("del", rules, cancellationToken);

    public Task AddPolicyRulesAsync(IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken) => RulesAsync("add", rules, cancellationToken);

    public async Task<IReadOnlyList<HostNeighbour>> GetNeighboursAsync(CancellationToken cancellationToken) =>
        [.. (await tools.JsonAsync("ip", ["-j", "neigh", "show"], cancellationToken)).OfType<JsonObject>().Select(n =>
            new HostNeighbour(LinkJson.Text(n["dst"]) ?? "", LinkJson.Text(n["dev"]) ?? "", LinkJson.Text(n["lladdr"]), LinkJson.Strings(n["state"])))];

    public async Task<(string Device, IPAddress? Gateway)?> GetPathAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var result = await tools.TryRunAsync("ip", ["-j", "route", "get", address.ToString()], null, cancellationToken);
        if (result is not { ExitCode: 0 } || HostTools.Parse("ip", result.StandardOutput) is not JsonArray { Count: > 0 } routes || LinkJson.Text(routes[0]?["dev"]) is not { } device)
        {
            return null;
        }

        return (device, IPAddress.TryParse(LinkJson.Text(routes[0]?["gateway"]), out var gateway) ? gateway : null);
    }

    public async Task AskNeighbourAsync(IPAddress address, string device, CancellationToken cancellationToken) =>
        await tools.TryRunAsync("ip", ["neigh", "replace", address.ToString(), "dev", device, "use"], null, cancellationToken);

    public Task<PathMtu> MeasurePathMtuAsync(IPAddress address, int linkMtu, CancellationToken cancellationToken) =>
        new PathMtuProbe(peer => new EchoSocket(peer, TimeProvider.System)).MeasureAsync(address, linkMtu, cancellationToken);

    public async Task<IReadOnlyDictionary<string, string>> GetListenersAsync(CancellationToken cancellationToken)
    {
        var listeners = new Dictionary<string, string>(StringComparer.Ordinal);
        var result = await tools.TryRunAsync("ss", ["-H", "-l", "-n", "-t", "-u", "-p"], null, cancellationToken);
        foreach (var line in result is { ExitCode: 0 } ? result.StandardOutput.Split('\n') : [])
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 5 || words[4].LastIndexOf(':') is var colon && colon < 0)
            {
                continue;
            }

            var owner = words.Length > 6 && words[6].Split('"') is { Length: > 1 } parts ? parts[1] : "kernel";
            listeners.TryAdd($"{words[0]}/{words[4][(colon + 1)..]}", owner);
        }

        return listeners;
    }

    /// <summary>With members that aren't of this deletion (an agent was killed in between) it goes one by one.</summary>
    private async Task<bool> IsGroupFreeAsync(CancellationToken cancellationToken) =>
        !(await tools.JsonAsync("ip", ["-j", "link", "show", "group", Group], cancellationToken)).OfType<JsonObject>().Any(link => link["ifname"] is not null);

    private static IEnumerable<(AddressFamily Family, string Flag)> Families => [(AddressFamily.IPv4, "-4"), (AddressFamily.IPv6, "-6")];

    private async Task RulesAsync(string verb, IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken)
    {
        foreach (var (family, flag) in Families)
        {
            var lines = rules.Where(r => r.Family == family).Select(r => $"rule {verb} " + string.Join(' ', RouteText.Words(r)));
            await BatchAsync("ip", verb == "del" ? [flag, "-force"] : [flag], lines, cancellationToken);
        }
    }

    /// <summary>What is gone already is no error: the caller looks again afterwards.</summary>
    private async Task BatchAsync(string tool, IReadOnlyList<string> flags, IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var input = new StringBuilder();
        foreach (var line in lines)
        {
            input.Append(line).Append('\n');
        }

        if (input.Length == 0)
        {
            return;
        }

        List<string> arguments = [.. flags];
        if (!arguments.Contains("-force"))
        {
            arguments.Add("-force");
        }

        arguments.AddRange(["-batch", "-"]);
        var result = await tools.TryRunAsync(tool, arguments, input.ToString(), cancellationToken) ?? throw new HostException($"{tool} isn't installed");
        if (result.ExitCode != 0 && !IsAlreadySo(result.StandardError))
        {
            throw HostTools.Failed(tool, arguments, result);
        }
    }

    private static bool IsAlreadySo(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line =>
            line.StartsWith("Command failed -", StringComparison.Ordinal)
            || line.Contains("No such process", StringComparison.Ordinal)
            || line.Contains("Cannot find device", StringComparison.Ordinal)
            || line.Contains("No such file or directory", StringComparison.Ordinal)
            || line.Contains("File exists", StringComparison.Ordinal));

    private static string Checked(string name) =>
        !RouteText.IsOneWord(name) ? throw new HostException("a link's name can't be passed to ip") : name;
}
