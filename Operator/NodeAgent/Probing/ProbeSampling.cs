using System.Net;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Probing;

/// <summary>Which of a node's pods speak for the others: of each network the first and the last by address, so that they stay the same while other pods come and go. Pure.</summary>
internal static class ProbeSampling
{
    private const int MaxNetworks = 8;

    public static IReadOnlyList<(ProbeSource Source, PodNamespace Namespace)> Choose(IReadOnlyList<ProbeNetwork> networks, IReadOnlyList<PodNamespace> pods)
    {
        var chosen = new List<(ProbeSource, PodNamespace)>();
        foreach (var network in networks.Take(MaxNetworks))
        {
            var ranges = (network.CIDRs ?? []).Select(cidr => IPNetwork.TryParse(cidr, out var range) ? range : (IPNetwork?)null).OfType<IPNetwork>().ToList();
            var own = pods
                .Select(pod => (Pod: pod, Address: pod.Addresses.FirstOrDefault(address => ranges.Exists(range => range.Contains(address)))))
                .Where(pair => pair.Address is not null)
                .OrderBy(pair => Convert.ToHexString(pair.Address!.GetAddressBytes()), StringComparer.Ordinal)
                .ToList();
            foreach (var (pod, address) in own.Take(1).Concat(own.Skip(1).TakeLast(1)))
            {
                chosen.Add((new ProbeSource { Network = network.Name, Address = address!.ToString() }, pod));
            }
        }

        return chosen;
    }
}
