using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace NetProfile.NodeAgent.Host;

/// <summary>Reads what <c>ip -d -j</c> prints.</summary>
public static class LinkJson
{
    public static HostLink Link(JsonObject json)
    {
        var info = json["linkinfo"] as JsonObject;
        var data = info?["info_data"] as JsonObject;
        var flags = Strings(json["flags"]);
        return new HostLink
        {
            Name = Text(json["ifname"]) ?? "",
            Kind = Text(info?["info_kind"]) ?? "",
            Master = Text(json["master"]),
            Mtu = Number(json["mtu"]) ?? 0,
            Up = flags.Contains("UP"),
            LowerUp = flags.Contains("LOWER_UP"),
            Vni = Number(data?["id"]),
            Port = Number(data?["port"]),
            PeerNamespace = Text(json["link_netns"]) ?? Number(json["link_netnsid"])?.ToString(CultureInfo.InvariantCulture),
            Addresses = Addresses(json),
            Json = json,
        };
    }

    public static HostRoute Route(AddressFamily family, JsonObject json)
    {
        var destination = Text(json["dst"]);
        return new HostRoute
        {
            Family = family,
            Type = Text(json["type"]) ?? "unicast",
            Destination = destination is null or "default" ? null : Network(destination),
            Gateway = IPAddress.TryParse(Text(json["gateway"]) ?? Text(json["via"]?["host"]), out var gateway) ? gateway : null,
            Device = Text(json["dev"]),
            Table = Text(json["table"]) ?? "main",
            Protocol = Text(json["protocol"]) ?? "boot",
            Json = json,
        };
    }

    /// <summary>"10.1.0.0/16", or an address alone; host bits are dropped.</summary>
    public static IPNetwork? Network(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return null;
        }

        var bits = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bits; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public static IReadOnlyList<string> Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(Text).OfType<string>()] : [];

    private static List<string> Addresses(JsonObject json) =>
        json["addr_info"] is JsonArray array
            ? [.. array.OfType<JsonObject>().Where(a => a["local"] is not null).Select(a => $"{Text(a["local"])}/{Number(a["prefixlen"])}")]
            : [];
}
