using NetProfile.Cilium.Values;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Cilium's operator starts its Gateway API controller only when the CRDs are there at its start, and otherwise just logs it.</summary>
internal static class GatewayApiRules
{
    /// <summary>What every version of Cilium's controller needs (cilium/cilium Documentation/network/servicemesh/gateway-api).</summary>
    private static readonly string[] s_resources = ["gatewayclasses", "gateways", "httproutes", "referencegrants", "grpcroutes"];

    public static bool IsWanted(System.Text.Json.Nodes.JsonObject raw) => raw.At("gatewayAPI.enabled")?.ToString() == "true";

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (!IsWanted(input.RawValues()) || input.Seen.Survey.GatewayApiResources is not { } served)
        {
            yield break;
        }

        var missing = s_resources.Except(served, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.GatewayApiMissing,
                $"spec.cilium.values: gatewayAPI.enabled: true: the cluster has no CRDs of gateway.networking.k8s.io for {string.Join(", ", missing)}: Cilium's operator would leave Gateways alone and only log it; "
                + "install the standard CRDs of the Gateway API release that this Cilium's documentation names, before Cilium");
        }
    }
}
