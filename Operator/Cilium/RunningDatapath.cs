using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>How packets travel between nodes with given Helm values, where a key that is missing has the chart's default.</summary>
/// <param name="Mode">Tunnel or Native.</param>
/// <param name="Protocol">Of the overlay.</param>
/// <param name="Port">Of the overlay; null: the protocol's own.</param>
public sealed record RunningDatapath(RoutingMode Mode, TunnelProtocol Protocol, int? Port)
{
    private const int VxlanPort = 8472;

    private const int GenevePort = 6081;

    /// <summary>An agent in native mode keeps its overlay device.</summary>
    public bool KeepsOverlayDevice { get; init; }

    public string? Ipv4NativeRoutingCIDR { get; init; }

    public bool ReplacesKubeProxy { get; init; }

    public static RunningDatapath Of(JsonObject values)
    {
        var tunnel = Text(values, "tunnel");
        var mode = Text(values, "routingMode") ?? (tunnel == "disabled" ? "native" : "tunnel");
        var protocol = Text(values, "tunnelProtocol") ?? tunnel;
        return new RunningDatapath(
            mode == "native" ? RoutingMode.Native : RoutingMode.Tunnel,
            protocol == "geneve" ? TunnelProtocol.Geneve : TunnelProtocol.VXLAN,
            int.TryParse(Text(values, "tunnelPort"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null)
        {
            KeepsOverlayDevice = Text(values, "egressGateway.enabled") == "true",
            Ipv4NativeRoutingCIDR = Text(values, "ipv4NativeRoutingCIDR"),
            ReplacesKubeProxy = Text(values, "kubeProxyReplacement") is "true" or "strict",
        };
    }

    /// <summary>Whether a node with this and a node with <paramref name="other"/> understand each other's packets.</summary>
    public bool Reaches(RunningDatapath other) =>
        Mode == other.Mode && (Mode == RoutingMode.Native || (Protocol == other.Protocol && PortInUse == other.PortInUse));

    private int PortInUse => Port ?? (Protocol == TunnelProtocol.Geneve ? GenevePort : VxlanPort);

    private static string? Text(JsonObject values, string path) => values.At(path) is JsonValue value ? value.ToString() : null;
}
