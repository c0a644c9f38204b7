using System.Net;
using System.Net.Sockets;

namespace NetProfile.NetworkProfiles;

/// <summary>Arithmetic on CIDRs of one family; what is not a CIDR is left out.</summary>
internal static class AddressRanges
{
    /// <summary>The smallest network that holds all of <paramref name="cidrs"/> of that family; null when there is none.</summary>
    public static string? Cover(IEnumerable<string> cidrs, AddressFamily family)
    {
        var networks = Parse(cidrs, family).ToList();
        if (networks.Count == 0)
        {
            return null;
        }

        var first = networks[0].BaseAddress.GetAddressBytes();
        var length = networks.Min(n => n.PrefixLength);
        foreach (var network in networks)
        {
            length = Math.Min(length, CommonBits(first, network.BaseAddress.GetAddressBytes()));
        }

        return $"{new IPAddress(Masked(first, length))}/{length}";
    }

    /// <summary>Whether every one of <paramref name="cidrs"/> of that family lies inside <paramref name="outer"/>.</summary>
    public static bool Covers(string outer, IEnumerable<string> cidrs, AddressFamily family) =>
        IPNetwork.TryParse(outer, out var network)
        && Parse(cidrs, family).All(inner => inner.PrefixLength >= network.PrefixLength && network.Contains(inner.BaseAddress));

    /// <summary>Whether two networks of that family have an address in common.</summary>
    public static bool Overlap(string left, string right, AddressFamily family) =>
        Parse([left], family).Any() && Parse([right], family).Any() && (Covers(left, [right], family) || Covers(right, [left], family));

    private static IEnumerable<IPNetwork> Parse(IEnumerable<string> cidrs, AddressFamily family) =>
        cidrs.Select(c => IPNetwork.TryParse(c, out var network) ? network : (IPNetwork?)null).OfType<IPNetwork>().Where(n => n.BaseAddress.AddressFamily == family);

    private static int CommonBits(byte[] left, byte[] right)
    {
        for (var bit = 0; bit < left.Length * 8; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if (((left[bit / 8] ^ right[bit / 8]) & mask) != 0)
            {
                return bit;
            }
        }

        return left.Length * 8;
    }

    private static byte[] Masked(byte[] address, int length)
    {
        var masked = new byte[address.Length];
        for (var bit = 0; bit < length; bit++)
        {
            masked[bit / 8] |= (byte)(address[bit / 8] & (0x80 >> (bit % 8)));
        }

        return masked;
    }
}
