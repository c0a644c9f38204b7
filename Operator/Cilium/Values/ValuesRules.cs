using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Values;

/// <summary>Raw values that the chart fails on, or that agents die of, beside what the spec asks. One rule each.</summary>
internal static partial class ValuesRules
{
    public static IEnumerable<Finding> Check(RawValues document, EffectiveSpec spec, CiliumFacts facts)
    {
        var values = document.Values;
        Finding Error(string key, string reason, string message) => Finding.Error($"{document.Source}: {key}", values.At(key), reason, message);

        if (Text(values, "hubble.tls.auto.method") == "certmanager" && values.At("hubble.tls.auto.certManagerIssuerRef") is not JsonObject { Count: > 0 })
        {
            yield return Error("hubble.tls.auto.method", FindingReasons.Missing, "needs hubble.tls.auto.certManagerIssuerRef; the chart fails without it");
        }

        if (IsTrue(values, "egressGateway.enabled") && !(spec.KubeProxyReplacement.Enabled && spec.Masquerading.Mode == MasqueradingMode.BPF))
        {
            yield return Error("egressGateway.enabled", FindingReasons.AgentFatal,
                "agents refuse it without spec.kubeProxyReplacement.enabled: true and spec.masquerading.mode: BPF");
        }

        foreach (var key in new[] { "gatewayAPI.enabled", "ingressController.enabled" })
        {
            if (!IsTrue(values, key))
            {
                continue;
            }

            if (!spec.KubeProxyReplacement.Enabled)
            {
                yield return Error(key, FindingReasons.NotEffective, "needs spec.kubeProxyReplacement.enabled: true");
            }

            if (values.At("l7Proxy") is JsonValue proxy && proxy.ToString() == "false")
            {
                yield return Error(key, FindingReasons.Contradiction, "needs l7Proxy: true; the chart fails otherwise");
            }
        }

        if (values.At("egressMasqueradeInterfaces") is not null && spec.Masquerading.Mode == MasqueradingMode.BPF)
        {
            yield return Error("egressMasqueradeInterfaces", FindingReasons.AgentFatal, "can't go with spec.masquerading.mode: BPF");
        }

        if (Text(values, "cni.chainingMode") is { } chaining && chaining is not ("none" or "") && spec.HostRouting == HostRoutingMode.BPF)
        {
            yield return Error("cni.chainingMode", FindingReasons.Contradiction, "needs spec.hostRouting: Legacy; agents would fall back to it without a word");
        }

        if (Text(values, "bpf.datapathMode") is { } mode && mode.StartsWith("netkit", StringComparison.Ordinal))
        {
            if (spec.HostRouting == HostRoutingMode.Legacy)
            {
                yield return Error("bpf.datapathMode", FindingReasons.AgentFatal, "netkit needs spec.hostRouting: BPF");
            }

            if (IsTrue(values, "bpf.tproxy"))
            {
                yield return Error("bpf.tproxy", FindingReasons.Contradiction, "can't go with netkit");
            }
        }

        if (Text(values, "cluster.name") is { } name && !ClusterName().IsMatch(name))
        {
            yield return Error("cluster.name", FindingReasons.Malformed, "at most 32 of a-z, 0-9 and '-', beginning and ending with a letter or digit");
        }

        if (IsTrue(values, "disableEndpointCRD") && IsTrue(values, "ciliumEndpointSlice.enabled"))
        {
            yield return Error("ciliumEndpointSlice.enabled", FindingReasons.Contradiction, "can't go with disableEndpointCRD: true");
        }
    }

    private static bool IsTrue(JsonObject values, string path) => values.At(path) is JsonValue value && value.ToString() == "true";

    private static string? Text(JsonObject values, string path) => values.At(path) is JsonValue value ? value.ToString() : null;

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex ClusterName();
}
