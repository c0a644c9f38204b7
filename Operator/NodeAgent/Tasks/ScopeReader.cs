using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Reads from the node which network Flannel had: its subnet file, its own rules, its conf.</summary>
public static class ScopeReader
{
    private const int FileLimit = 1024 * 1024;

    internal static readonly string[] ConfDirectories =
        ["/etc/cni/net.d", "/var/lib/rancher/k3s/agent/etc/cni/net.d", "/var/lib/rancher/rke2/agent/etc/cni/net.d", "/var/snap/microk8s/current/args/cni-network"];

    private static readonly string[] NetConfs =
        ["/etc/kube-flannel/net-conf.json", "/var/lib/rancher/k3s/agent/etc/flannel/net-conf.json", "/var/lib/rancher/rke2/agent/etc/flannel/net-conf.json"];

    public static async Task<TraceScope> ReadAsync(NodeView node, CancellationToken cancellationToken)
    {
        var networks = new List<IPNetwork>();
        var subnets = new List<IPNetwork>();
        ReadSubnetFile(node.Host.Files, networks, subnets);
        foreach (var path in NetConfs)
        {
            if (ReadJson(node.Host.Files, path) is { } conf)
            {
                Add(networks, LinkJson.Text(conf["Network"]));
                Add(networks, LinkJson.Text(conf["IPv6Network"]));
            }
        }

        foreach (var rule in (await node.XtablesAsync(cancellationToken)).SelectMany(dump => dump.Tables).SelectMany(table => table.Rules)
            .Where(rule => rule is { Comment: "flanneld forward", Target: "ACCEPT" }))
        {
            var words = rule.Text.Split(' ');
            Add(networks, words is ["-s" or "-d", var network, ..] ? network : null);
        }

        var names = NetworkNames(node.Host.Files);
        return new TraceScope
        {
            Networks = [.. networks.Distinct()],
            Subnets = [.. subnets.Distinct()],
            NetworkNames = names,
            LivingPods = await LivingPodsAsync(node, names, cancellationToken),
        };
    }

    /// <summary>Pods of the old network that still live: by the plugins' records of containers, and by the ports of the bridge.</summary>
    private static async Task<IReadOnlyList<string>> LivingPodsAsync(NodeView node, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var files = node.Host.Files;
        var records = files.List("/var/lib/cni/flannel")
            .Concat(files.List("/var/lib/cni/results").Concat(files.List("/var/lib/cni/cache/results"))
                .Where(path => names.Any(name => path[(path.LastIndexOf('/') + 1)..].StartsWith(name + "-", StringComparison.Ordinal))));
        var pods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var id in records.Select(path => path[(path.LastIndexOf('/') + 1)..].Split('-').FirstOrDefault(HostProcesses.IsContainerId)))
        {
            if (id is not null && node.LivingContainers.Contains(id))
            {
                pods.Add("container " + id[..12]);
            }
        }

        foreach (var port in (await node.LinksAsync(cancellationToken)).Where(link => link is { Master: "cni0", Kind: "veth", PeerNamespace: not null }))
        {
            if (node.Host.Processes.HasProcesses(port.PeerNamespace!) ?? port.LowerUp)
            {
                pods.Add(PodsByLink.Describe(port, node.PodsByLink));
            }
        }

        return [.. pods];
    }

    private static void ReadSubnetFile(IHostFiles files, List<IPNetwork> networks, List<IPNetwork> subnets)
    {
        foreach (var line in Encoding.UTF8.GetString(files.Read("/run/flannel/subnet.env", FileLimit)).Split('\n'))
        {
            var equals = line.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            foreach (var value in line[(equals + 1)..].Trim().Trim('"').Split(','))
            {
                switch (line[..equals])
                {
                    case "FLANNEL_NETWORK" or "FLANNEL_IPV6_NETWORK":
                        Add(networks, value);
                        break;
                    case "FLANNEL_SUBNET" or "FLANNEL_IPV6_SUBNET":
                        Add(subnets, value);
                        break;
                }
            }
        }
    }

    private static List<string> NetworkNames(IHostFiles files)
    {
        var names = new List<string> { "cbr0" };
        foreach (var path in ConfDirectories.SelectMany(files.List))
        {
            if (ReadJson(files, path) is { } conf
                && LinkJson.Text(conf["name"]) is { Length: > 0 and <= 64 } name
                && (LinkJson.Text(conf["type"]) == "flannel" || (conf["plugins"] as JsonArray ?? []).Any(plugin => LinkJson.Text(plugin?["type"]) == "flannel"))
                && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static JsonObject? ReadJson(IHostFiles files, string path)
    {
        try
        {
            var content = files.Read(path, FileLimit);
            return content.Length == 0 ? null : JsonNode.Parse(content) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Add(List<IPNetwork> networks, string? text)
    {
        if (LinkJson.Network(text) is { PrefixLength: > 0 } network)
        {
            networks.Add(network);
        }
    }
}
