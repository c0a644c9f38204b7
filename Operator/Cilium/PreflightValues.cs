using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;

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

    /// <summary>Where images come from, how pods may run, and how they reach the API server.</summary>
    private static readonly string[] s_takenOver =
        ["image", "imagePullSecrets", "preflight", "tolerations", "k8sClientRateLimit", "kubeProxyReplacement", "k8sServiceHost", "k8sServicePort"];

    /// <param name="values">Of the release that the preflight is for.</param>
    public static JsonObject Of(JsonObject values)
    {
        var preflight = new JsonObject(s_takenOver.Where(values.ContainsKey).Select(key => KeyValuePair.Create(key, values[key]?.DeepClone())));
        preflight.Set("preflight.enabled", true);
        preflight.Set("agent", false);
        preflight.Set("operator.enabled", false);
        return preflight.Sorted();
    }
}
