using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace NetProfile.Cilium.Validation;

/// <summary>A network of either family, with the two questions that address plans ask.</summary>
public sealed record Cidr(IPNetwork Network)
{
    public bool IsIpv6 => Network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;

    public int PrefixLength => Network.PrefixLength;

    /// <summary>Only networks: 10.0.0.1/8 has host bits and is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Cidr? cidr)
    {
        cidr = null;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash <= 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && text.AsSpan(0, slash).Count('.') != 3)
            || !IPNetwork.TryParse(text, out var network)
            || !network.BaseAddress.Equals(address))
        {
            return false;
        }

        cidr = new Cidr(network);
        return true;
    }

    public bool Contains(Cidr other) =>
        IsIpv6 == other.IsIpv6 && PrefixLength <= other.PrefixLength && Network.Contains(other.Network.BaseAddress);

    public bool Overlaps(Cidr other) => Contains(other) || other.Contains(this);

    /// <summary>How many blocks of <paramref name="maskSize"/> fit.</summary>
    public BigInteger Blocks(int maskSize) => maskSize < PrefixLength ? 0 : BigInteger.One << (maskSize - PrefixLength);

    public override string ToString() => Network.ToString();
}
