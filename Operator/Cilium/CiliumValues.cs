using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Facts;
using NetProfile.Cilium.Values;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>
/// A spec as the Helm values of one Cilium version: pure, and the whole document every time. Three layers, each over the one
/// before: what the operator adds where nobody says otherwise, the raw values, and the typed fields.
/// </summary>
public static partial class CiliumValues
{
    public static ValuesResult Build(EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        var findings = new List<Finding>();
        var documents = context.ValuesFrom.Append(new RawValues("spec.cilium.values", spec.Cilium.Values)).ToList();
        foreach (var document in documents)
        {
            findings.AddRange(ValuesLint.Check(document, spec, facts));
        }

        var values = new JsonObject();
        AddDefaults(values, spec, context, facts);
        foreach (var document in documents)
        {
            values.Merge(document.Values);
        }

        AddTyped(values, spec, context, facts);
        return new ValuesResult(values.Sorted(), findings);
    }

    /// <summary>Keys that raw values may change.</summary>
    private static void AddDefaults(JsonObject values, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        if (context.NodeCount is > 0)
        {
            // The pods of the operator exclude each other from a node, so a second one on a single node is Pending for ever.
            values.Set("operator.replicas", Math.Min(context.NodeCount.Value, 2));
        }

        if (facts.OperatorNeedsTolerations)
        {
            // Without it a cluster whose nodes all carry network-unavailable, or any taint of its own, never gets its CRDs.
            values.Set("operator.tolerations", new JsonArray(new JsonObject { ["operator"] = "Exists" }));
        }

        // 1.13 removes its CNI configuration at every stop of an agent.
        values.Set("cni.uninstall", false);

        if (spec.Ipam.Mode == IpamMode.Kubernetes)
        {
            values.Set("ipv4.enabled", Ipv4(spec, context));
            values.Set("ipv6.enabled", Ipv6(spec, context));
            if (Ipv4(spec, context))
            {
                values.Set("k8s.requireIPv4PodCIDR", true);
            }

            if (Ipv6(spec, context))
            {
                values.Set("k8s.requireIPv6PodCIDR", true);
            }
        }

        if (spec.Hubble.Enabled)
        {
            // Rendered by helm itself. The Job that makes them instead (cronJob) is one image more to pull and, up to 1.18, a hook that helm
            // waits for by minutes. Nothing is rendered in steady state, so that charts that make new ones each time change nothing.
            values.Set("hubble.tls.auto.enabled", true);
            values.Set("hubble.tls.auto.method", "helm");
        }

        if (facts.HasEnvoyDaemonSet)
        {
            values.Set("envoy.updateStrategy", UpdateStrategy(context.Interim?.MaxUnavailable ?? spec.Rollout.MaxUnavailable));
        }

        foreach (var platform in FactsDocuments.Platforms.Platforms.Where(p => p.Platform == context.Platform?.ToLowerInvariant()))
        {
            if (MinorRange.From(platform.Since, null).Contains(facts.Version))
            {
                values.Merge(JsonObject.Create(platform.Values)!);
            }
        }
    }

    private static void AddTyped(JsonObject values, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        AddRouting(values, spec, context, facts);
        AddIpam(values, spec, context);
        AddServices(values, spec, context, facts);
        AddDatapath(values, spec, context, facts);
        AddHubble(values, spec, facts);
        AddRollout(values, spec, context, facts);
        AddInterim(values, spec, context);
    }

    private static void AddIpam(JsonObject values, EffectiveSpec spec, ValuesContext context)
    {
        values.Set("ipam.mode", spec.Ipam.Mode == IpamMode.ClusterPool ? "cluster-pool" : "kubernetes");
        if (spec.Ipam.Mode != IpamMode.ClusterPool)
        {
            return;
        }

        values.Set("ipv4.enabled", Ipv4(spec, context));
        values.Set("ipv6.enabled", Ipv6(spec, context));
        if (Ipv4(spec, context))
        {
            values.Set("ipam.operator.clusterPoolIPv4PodCIDRList", spec.Ipam.Ipv4PodCIDRs.ToJsonArray());
            values.Set("ipam.operator.clusterPoolIPv4MaskSize", spec.Ipam.Ipv4MaskSize);
        }

        if (Ipv6(spec, context))
        {
            values.Set("ipam.operator.clusterPoolIPv6PodCIDRList", spec.Ipam.Ipv6PodCIDRs.ToJsonArray());
            values.Set("ipam.operator.clusterPoolIPv6MaskSize", spec.Ipam.Ipv6MaskSize);
        }
    }

    private static void AddHubble(JsonObject values, EffectiveSpec spec, CiliumFacts facts)
    {
        var hubble = spec.Hubble;
        values.Set("hubble.enabled", hubble.Enabled);
        values.Set("hubble.relay.enabled", hubble.Enabled && hubble.Relay);
        values.Set("hubble.ui.enabled", hubble.Enabled && hubble.Relay && hubble.Ui);
        if (hubble.Enabled && hubble.Relay)
        {
            values.Set("hubble.relay.service.type", hubble.RelayServiceType.ToString());
            values.Set("hubble.relay.rollOutPods", true);
        }

        if (hubble.Enabled && hubble.Relay && hubble.Ui)
        {
            values.Set("hubble.ui.service.type", hubble.UiServiceType.ToString());
            values.Set("hubble.ui.rollOutPods", true);
        }

        if (hubble.Enabled && hubble.Metrics.Count > 0)
        {
            values.Set("hubble.metrics.enabled", hubble.Metrics.ToJsonArray());
        }
    }

    private static void AddRollout(JsonObject values, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        values.Set("updateStrategy", UpdateStrategy(context.Interim?.MaxUnavailable ?? new IntOrString(CanarySize.ToString(CultureInfo.InvariantCulture))));

        // Agents read cilium-config once, at start: without this a changed ConfigMap changes nothing.
        values.Set("rollOutCiliumPods", true);
        values.Set("operator.rollOutPods", true);
        if (facts.HasEnvoyDaemonSet)
        {
            values.Set("envoy.rollOutPods", true);
        }

        // Cilium's own watcher deletes DNS pods one after the other, whether their successors start or not, and asks no budget;
        // spec.unmanagedPods is carried out by this operator.
        values.Set("operator.unmanagedPodWatcher.restart", false);

        // A string: as a number 1.20 would become 1.2.
        values.Set("upgradeCompatibility", context.FirstInstalledMinor ?? facts.MinorName);
    }

    private static void AddInterim(JsonObject values, EffectiveSpec spec, ValuesContext context)
    {
        if (context.Interim is not { } interim)
        {
            return;
        }

        if (interim.NoPolicyEnforcement)
        {
            values.Set("policyEnforcementMode", "never");
        }

        if (interim.UnmanagedPodWatcherOff)
        {
            values.Set("operator.unmanagedPodWatcher.restart", false);
        }

        if (interim.KeepOverlayDevice)
        {
            values.Set("egressGateway.enabled", true);
        }

        if (interim.CustomCniConf)
        {
            values.Set("cni.customConf", true);
        }
    }

    /// <summary>How many agents the first batch of every roll has; the operator widens the batch once they are well.</summary>
    public const int CanarySize = 1;

    private static JsonObject UpdateStrategy(IntOrString maxUnavailable)
    {
        JsonNode value = int.TryParse(maxUnavailable.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? JsonValue.Create(count)
            : JsonValue.Create(maxUnavailable.Value);
        return new JsonObject
        {
            ["type"] = "RollingUpdate",
            ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = value },
        };
    }

    /// <summary>Whether pods get IPv4 addresses.</summary>
    internal static bool Ipv4(EffectiveSpec spec, ValuesContext context) => spec.Ipam.Mode == IpamMode.ClusterPool
        ? spec.Ipam.Ipv4PodCIDRs.Count > 0
        : context.NodesHaveIpv4PodCIDRs ?? true;

    /// <summary>Whether pods get IPv6 addresses.</summary>
    internal static bool Ipv6(EffectiveSpec spec, ValuesContext context) => spec.Ipam.Mode == IpamMode.ClusterPool
        ? spec.Ipam.Ipv6PodCIDRs.Count > 0
        : context.NodesHaveIpv6PodCIDRs ?? spec.Routing.Ipv6NativeRoutingCIDR is not null;
}
