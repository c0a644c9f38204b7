using System.Net;
using System.Net.Sockets;

namespace NetProfile.Crds.Schema.Validation.Cel;

internal sealed record CelAddress(IPAddress Address)
{
    public static CelAddress? TryParse(string text) => Formats.Matches("ipv4", text) || Formats.Matches("ipv6", text) ? new CelAddress(IPAddress.Parse(text)) : null;

    public override string ToString() => Address.ToString();
}

internal sealed record CelNetwork(IPAddress Address, int Prefix)
{
    public static CelNetwork? TryParse(string text)
    {
        if (!Formats.IsCidr(text))
        {
            return null;
        }

        var parts = text.Split('/');
        return new CelNetwork(IPAddress.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public IPNetwork Masked
    {
        get
        {
            var bytes = Address.GetAddressBytes();
            for (var bit = Prefix; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            }

            return new IPNetwork(new IPAddress(bytes), Prefix);
        }
    }

    public bool Contains(IPAddress address) => address.AddressFamily == Address.AddressFamily && Masked.Contains(address);

    public override string ToString() => $"{Address}/{Prefix}";
}

/// <summary>The ip and cidr libraries. null: no such overload here.</summary>
internal static class CelNetworks
{
    public static object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        ("isIP", [string text]) => CelAddress.TryParse(text) is not null,
        ("isCIDR", [string text]) => CelNetwork.TryParse(text) is not null,
        ("ip", [string text]) => Address(text),
        ("ip", [CelNetwork network]) => new CelAddress(network.Address),
        ("cidr", [string text]) => Network(text),
        ("family", [CelAddress address]) => address.Address.AddressFamily == AddressFamily.InterNetwork ? 4L : 6L,
        ("isLoopback", [CelAddress address]) => IPAddress.IsLoopback(address.Address),
        ("isUnspecified", [CelAddress address]) => address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any),
        ("ip.isCanonical", [string text]) => Address(text).ToString() == text,
        ("containsIP", [CelNetwork network, string text]) => network.Contains(Address(text).Address),
        ("containsIP", [CelNetwork network, CelAddress address]) => network.Contains(address.Address),
        ("containsCIDR", [CelNetwork network, string text]) => Covers(network, Network(text)),
        ("containsCIDR", [CelNetwork network, CelNetwork other]) => Covers(network, other),
        ("prefixLength", [CelNetwork network]) => (long)network.Prefix,
        ("masked", [CelNetwork network]) => new CelNetwork(network.Masked.BaseAddress, network.Prefix),
        _ => null,
    };

    private static bool Covers(CelNetwork network, CelNetwork other) => other.Prefix >= network.Prefix && network.Contains(other.Masked.BaseAddress);

    private static CelAddress Address(string text) => CelAddress.TryParse(text) ?? throw new CelException($"IP Address \"{text}\" parse error during conversion from string");

    private static CelNetwork Network(string text) => CelNetwork.TryParse(text) ?? throw new CelException($"network address \"{text}\" parse error during conversion from string");
}
