using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>
/// The values of Cilium's own preflight release, which has the images of a version on every node and its policies checked before the
/// upgrade. Never the values of the real release with a key more: these would render its other workloads a second time, and helm
/// refuses to own an object twice. Pure.
/// </summary>
public static class PreflightValues
{
    /// <summary>What the preflight chart renders and is waited for.</summary>
    public const string WorkloadName = "cilium-pre-flight-check";

    /// <summary>Raw keys that say where images come from and how pods may run.</summary>
    private static readonly string[] TakenOver = ["image", "imagePullSecrets", "preflight", "tolerations", "k8sClientRateLimit"];

    public static JsonObject Build(EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        var raw = new JsonObject();
        foreach (var document in context.ValuesFrom)
        {
            raw.Merge(document.Values);
        }

        raw.Merge(spec.Cilium.Values);
        var values = new JsonObject();
        foreach (var key in TakenOver.Where(key => raw.ContainsKey(key) && facts.Keys.Knows(key)))
        {
            values[key] = raw[key]?.DeepClone();
        }

        values.Set("preflight.enabled", true);
        values.Set("agent", false);
        values.Set("operator.enabled", false);
        values.Set("kubeProxyReplacement", (spec.KubeProxyReplacement.Enabled ? facts.KubeProxyReplacementOn : facts.KubeProxyReplacementOff).DeepClone());
        if (CiliumValues.EndpointsOf(spec, context) is [var first, ..] && ApiServerEndpoint.TryParse(first, out var endpoint))
        {
            values.Set("k8sServiceHost", endpoint.Host);
            values.Set("k8sServicePort", endpoint.Port);
        }

        return values.Sorted();
    }
}
