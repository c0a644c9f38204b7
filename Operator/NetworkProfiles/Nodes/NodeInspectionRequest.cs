using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>What a node is asked to look at beside itself. Pure.</summary>
internal static class NodeInspectionRequest
{
    private const int MostEndpoints = 8;

    private const char Separator = '#';

    public static InspectionRequest For(string node, EffectiveSpec spec, PeerRing ring, IReadOnlyList<string> apiServerEndpoints, string? requestedAt) => new()
    {
        RequestedAt = requestedAt,
        ApiServerEndpoints = apiServerEndpoints.Count > 0 ? [.. apiServerEndpoints.Take(MostEndpoints)] : null,
        Peers = ring.PeersOf(node) is { Count: > 0 } peers ? peers : null,
        Ports = Ports(spec),
    };

    /// <summary>The same with a mark of its own, which changes with what is asked and with what it is asked for.</summary>
    /// <param name="request">Its requestedAt is what a person has asked for.</param>
    /// <param name="purpose">The release that the answer is needed for.</param>
    public static InspectionRequest Marked(InspectionRequest request, string purpose)
    {
        var text = string.Join('\n', [
            purpose,
            string.Join(' ', (request.Peers ?? []).SelectMany(p => p.Addresses ?? [])),
            string.Join(' ', request.Ports ?? []),
            string.Join(' ', request.ApiServerEndpoints ?? []),
        ]);
        return request with { RequestedAt = $"{request.RequestedAt}{Separator}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]}" };
    }

    /// <summary>What the node was asked already, when that still answers a person's request; else the request itself.</summary>
    public static string? StillAsked(string? present, string? requestedAt) =>
        present is not null && present.StartsWith($"{requestedAt}{Separator}", StringComparison.Ordinal) ? present : requestedAt;

    /// <summary>The overlay's port, WireGuard's, the health checks of and between agents, and Hubble's between relay and agents.</summary>
    private static List<string> Ports(EffectiveSpec spec)
    {
        var ports = new List<string> { "tcp/4240", "tcp/9879" };
        if (spec.Routing.Mode == RoutingMode.Tunnel)
        {
            ports.Insert(0, string.Create(CultureInfo.InvariantCulture, $"udp/{spec.Routing.TunnelPort}"));
        }

        if (spec.Encryption == EncryptionType.WireGuard)
        {
            ports.Add("udp/51871");
        }

        if (spec.Hubble.Enabled)
        {
            ports.Add("tcp/4244");
        }

        return ports;
    }
}
