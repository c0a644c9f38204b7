using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>Cluster-pool IPAM: hands out one network of the mask size per node, in order.</summary>
internal sealed class PodCidrPool
{
    private readonly HashSet<string> taken = [];

    /// <summary>Counts a network that a node already has.</summary>
    public void Take(string cidr) => taken.Add(cidr);

    /// <returns>null when all CIDRs are used up.</returns>
    public string? Next(IEnumerable<string> cidrs, int maskSize)
    {
        foreach (var network in cidrs.Select(cidr => IPNetwork.Parse(cidr)).Where(network => network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork))
        {
            var first = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
            var step = 1L << (32 - maskSize);
            var end = first + (1L << (32 - network.PrefixLength));
            for (long at = first; at < end; at += step)
            {
                var bytes = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)at);
                var candidate = string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{maskSize}");
                if (taken.Add(candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    /// <summary>The next of the other family.</summary>
    public string NextV6(string cidr, int maskSize)
    {
        var mask = maskSize == 0 ? 120 : maskSize;
        var at = BinaryPrimitives.ReadUInt128BigEndian(IPNetwork.Parse(cidr).BaseAddress.GetAddressBytes());
        string candidate;
        do
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, at);
            candidate = string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{mask}");
            at += UInt128.One << (128 - mask);
        }
        while (!taken.Add(candidate));
        return candidate;
    }
}
