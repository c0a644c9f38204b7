using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <param name="Values">The whole document for the minor in between.</param>
/// <param name="LeftOut">What the profile asks for and this minor can't do: it comes with a later hop.</param>
public sealed record HopDocument(JsonObject Values, IReadOnlyList<string> LeftOut);

/// <summary>
/// The values of a minor that an upgrade only passes through. The profile was held against the wanted version, and what a minor in
/// between doesn't know would keep its agents from starting or be ignored without a word: it is left out there, and named. Pure.
/// </summary>
public static class HopValues
{
    public static HopDocument Build(EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        var leftOut = new List<string>();
        var able = Able(spec, facts, leftOut);
        var raw = new RawValues("spec.cilium.values", able.Cilium.Values);
        able = able with { Cilium = able.Cilium with { Values = Known(raw, able, facts, leftOut).Values } };
        context = context with { ValuesFrom = [.. context.ValuesFrom.Select(document => Known(document, able, facts, leftOut))] };
        return new HopDocument(CiliumValues.Build(able, context, facts).Values, leftOut);
    }

    /// <summary>Typed fields that need a newer minor, at what they are without them.</summary>
    private static EffectiveSpec Able(EffectiveSpec spec, CiliumFacts facts, List<string> leftOut)
    {
        if (spec.Ipv4BigTCP && !facts.HasIpv4BigTcp)
        {
            leftOut.Add("spec.bigTCP.ipv4");
            spec = spec with { Ipv4BigTCP = false };
        }

        if (spec.NodeEncryption && spec.Encryption == EncryptionType.WireGuard && !facts.HasWireGuardNodeEncryption)
        {
            leftOut.Add("spec.encryption.nodeEncryption");
            spec = spec with { NodeEncryption = false };
        }

        if (spec.LoadBalancer.Acceleration == LoadBalancerAcceleration.BestEffort && !facts.HasBestEffortAcceleration)
        {
            leftOut.Add("spec.loadBalancer.acceleration");
            spec = spec with { LoadBalancer = spec.LoadBalancer with { Acceleration = LoadBalancerAcceleration.Disabled } };
        }

        if (spec.LoadBalancer is { Mode: not LoadBalancerMode.SNAT, DsrDispatch: DsrDispatch.Geneve } && !facts.HasDsrGeneve)
        {
            leftOut.Add("spec.loadBalancer.mode");
            spec = spec with { LoadBalancer = spec.LoadBalancer with { Mode = LoadBalancerMode.SNAT } };
        }

        if (spec is { KubeProxyReplacement.Enabled: false, Masquerading.Mode: MasqueradingMode.BPF }
            && facts.BpfMasqueradeWithoutReplacement != BpfMasqueradeWithoutReplacement.Accepted)
        {
            leftOut.Add("spec.masquerading.mode");
            spec = spec with { Masquerading = spec.Masquerading with { Mode = MasqueradingMode.IPTables } };
        }

        return spec;
    }

    /// <summary>The document without the keys that this minor's chart refuses or ignores.</summary>
    private static RawValues Known(RawValues document, EffectiveSpec spec, CiliumFacts facts, List<string> leftOut)
    {
        var values = document.Values.DeepClone().AsObject();
        foreach (var finding in ValuesLint.Check(document, spec, facts).Where(f => f.Severity == FindingSeverity.Error))
        {
            var separator = finding.Field.IndexOf(": ", StringComparison.Ordinal);
            if (separator >= 0 && values.Remove(finding.Field[(separator + 2)..].Split('.')))
            {
                leftOut.Add(finding.Field);
            }
        }

        return document with { Values = values };
    }

    private static bool Remove(this JsonObject root, string[] path)
    {
        JsonObject? at = root;
        foreach (var key in path[..^1])
        {
            at = at?[key] as JsonObject;
        }

        return at?.Remove(path[^1]) ?? false;
    }
}
