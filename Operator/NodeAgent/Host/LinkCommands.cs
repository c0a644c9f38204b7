using System.Globalization;
using System.Text.Json.Nodes;

namespace NetProfile.NodeAgent.Host;

/// <summary>The ip and bridge commands that make a link again from what <c>ip -d -j</c> said of it.</summary>
public static class LinkCommands
{
    private static readonly (string Key, int Usual)[] BridgeDefaults =
    [
        ("forward_delay", 1500), ("hello_time", 200), ("max_age", 2000), ("ageing_time", 30000), ("stp_state", 0), ("priority", 32768),
        ("vlan_filtering", 0), ("mcast_snooping", 1),
    ];

    /// <exception cref="HostException">A link of this kind can't be made from its description alone.</exception>
    public static IReadOnlyList<(string Tool, IReadOnlyList<string> Words)> Create(LinkState state)
    {
        var link = state.Link;
        var data = link.Json["linkinfo"]?["info_data"] as JsonObject ?? [];
        var type = link.Kind switch
        {
            "vxlan" => Vxlan(data),
            "bridge" => Bridge(data),
            "dummy" => ["type", "dummy"],
            "ipip" => Ipip(data),
            "tun" => throw new HostException($"{link.Name}: a tun device belongs to the process that opened it"),
            "wireguard" => throw new HostException($"{link.Name}: the keys of a WireGuard device can't be read back; Flannel makes a new one when it starts"),
            "veth" => throw new HostException($"{link.Name}: a pod's link comes back with its pod"),
            _ => throw new HostException($"{link.Name}: links of kind '{link.Kind}' can't be made again"),
        };

        var commands = new List<(string, IReadOnlyList<string>)>();
        List<string> add = ["link", "add", "name", link.Name];
        if (LinkJson.Text(link.Json["address"]) is { } address && link.Kind != "ipip")
        {
            add.AddRange(["address", address]);
        }

        if (LinkJson.Number(link.Json["txqlen"]) is { } length)
        {
            add.AddRange(["txqueuelen", Invariant(length)]);
        }
        else
        {
            add.AddRange(["txqueuelen", "0"]);
        }

        commands.Add(("ip", [.. add, "mtu", Invariant(link.Mtu), .. type]));
        if (link.Up)
        {
            commands.Add(("ip", ["link", "set", "dev", link.Name, "up"]));
        }

        AddAddresses(commands, link);
        AddForwarding(commands, state);
        return commands;
    }

    private static void AddAddresses(List<(string, IReadOnlyList<string>)> commands, HostLink link)
    {
        foreach (var info in (link.Json["addr_info"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (LinkJson.Text(info["local"]) is not { } local || LinkJson.Text(info["scope"]) == "link")
            {
                continue;
            }

            List<string> words = ["addr", "replace", $"{local}/{LinkJson.Number(info["prefixlen"])}", "dev", link.Name];
            if (LinkJson.Text(info["broadcast"]) is { } broadcast)
            {
                words.AddRange(["broadcast", broadcast]);
            }

            if (LinkJson.Text(info["scope"]) is { } scope)
            {
                words.AddRange(["scope", scope]);
            }

            if (local.Contains(':', StringComparison.Ordinal))
            {
                words.Add("nodad");
            }

            commands.Add(("ip", words));
        }
    }

    private static void AddForwarding(List<(string, IReadOnlyList<string>)> commands, LinkState state)
    {
        var name = state.Link.Name;
        foreach (var entry in state.Forwarding.OfType<JsonObject>())
        {
            if (LinkJson.Text(entry["mac"]) is { } mac && LinkJson.Text(entry["dst"]) is { } destination)
            {
                commands.Add(("bridge", ["fdb", "append", mac, "dev", name, "dst", destination, "self", "permanent"]));
            }
        }

        foreach (var entry in state.Neighbours.OfType<JsonObject>())
        {
            if (LinkJson.Text(entry["dst"]) is { } destination && LinkJson.Text(entry["lladdr"]) is { } mac)
            {
                commands.Add(("ip", ["neigh", "replace", destination, "lladdr", mac, "dev", name, "nud", "permanent"]));
            }
        }
    }

    private static List<string> Vxlan(JsonObject data)
    {
        List<string> words = ["type", "vxlan", "id", Invariant(LinkJson.Number(data["id"]) ?? 0)];
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                words.AddRange([name, value]);
            }
        }

        Add("local", LinkJson.Text(data["local"]) ?? LinkJson.Text(data["local6"]));
        Add("remote", LinkJson.Text(data["remote"]) ?? LinkJson.Text(data["remote6"]));
        Add("group", LinkJson.Text(data["group"]) ?? LinkJson.Text(data["group6"]));
        Add("dev", LinkJson.Text(data["link"]));
        Add("dstport", LinkJson.Number(data["port"])?.ToString(CultureInfo.InvariantCulture));
        Add("ttl", LinkJson.Number(data["ttl"]) is { } ttl and > 0 ? Invariant(ttl) : null);
        Add("ageing", LinkJson.Number(data["ageing"])?.ToString(CultureInfo.InvariantCulture));
        Flag("learning", "learning", "nolearning");
        Flag("udp_csum", "udpcsum", "noudpcsum");
        Flag("udp_zero_csum6_tx", "udp6zerocsumtx", "noudp6zerocsumtx");
        Flag("udp_zero_csum6_rx", "udp6zerocsumrx", "noudp6zerocsumrx");
        if (data["gbp"] is not null)
        {
            words.Add("gbp");
        }

        return words;

        void Flag(string key, string on, string off)
        {
            if (data[key] is JsonValue value && value.TryGetValue<bool>(out var set))
            {
                words.Add(set ? on : off);
            }
        }
    }

    private static List<string> Bridge(JsonObject data)
    {
        List<string> words = ["type", "bridge"];
        foreach (var (key, usual) in BridgeDefaults)
        {
            // Only what differs: a kernel refuses options that it was built without, even at their default.
            if (LinkJson.Number(data[key]) is { } value && value != usual)
            {
                words.AddRange([key, Invariant(value)]);
            }
        }

        return words;
    }

    private static List<string> Ipip(JsonObject data)
    {
        List<string> words = ["type", "ipip"];
        foreach (var key in (string[])["local", "remote"])
        {
            if (LinkJson.Text(data[key]) is { } value and not "any")
            {
                words.AddRange([key, value]);
            }
        }

        return words;
    }

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
