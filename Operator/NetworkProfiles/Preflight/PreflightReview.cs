using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>The cluster and its nodes held against what is wanted: all that is wrong at once, and what nodes have to be asked for it. Pure.</summary>
internal sealed record PreflightReview
{
    public static readonly PreflightReview None = new();

    /// <summary>Values whose change makes it matter what nodes are like, beside the way packets travel.</summary>
    private static readonly string[] s_datapathKeys = ["autoDirectNodeRoutes", "MTU", "encryption.enabled", "encryption.type", "kubeProxyReplacement", "k8sServiceHost", "k8s.apiServerURLs"];

    public IReadOnlyList<PreflightFinding> Findings { get; private init; } = [];

    public NodeInspections Inspections { get; private init; } = NodeInspections.None;

    /// <summary>In the order in which people should read them.</summary>
    public IEnumerable<Blocker> Blockers => [.. Findings.Where(f => f.Blocks).Select(f => f.ToBlocker()), .. Inspections.Blocker is { } waits ? [waits] : Array.Empty<Blocker>()];

    public IEnumerable<PreflightFinding> Warnings => Findings.Where(f => !f.Blocks);

    /// <param name="profile">Who asks.</param>
    /// <param name="desired">Its spec and the release that it means.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="running">What agents run; null when there is none.</param>
    public static PreflightReview Of(V1Alpha1NetworkProfile profile, DesiredReview desired, NetworkProfileObservation seen, HelmRelease? running)
    {
        if (seen.ProfileInForce is not null)
        {
            return None;
        }

        var (spec, context) = (desired.Spec, desired.Context);
        var purpose = Purpose(desired, running);
        var inspections = NodeInspections.Plan(profile, spec, seen, CiliumValues.EndpointsOf(spec, context), purpose);
        var input = new PreflightInput
        {
            Spec = spec,
            Seen = seen,
            Context = context,
            Values = desired.Target?.Values,
            IsInstall = running is null,
            Facts = inspections.Facts,
        };
        return new PreflightReview { Findings = [.. PreflightRules.Check(input), .. NotInspected(seen, inspections, purpose)], Inspections = inspections };
    }

    /// <summary>The change that needs to know the nodes; null when there is none.</summary>
    private static string? Purpose(DesiredReview desired, HelmRelease? running)
    {
        if (running is null)
        {
            return desired.Target?.Digest ?? "install";
        }

        return desired.Target is { } target && ChangesDatapath(running.Values, target.Values) ? target.Digest : null;
    }

    private static bool ChangesDatapath(JsonObject running, JsonObject target) =>
        !RunningDatapath.Of(running).Reaches(RunningDatapath.Of(target))
        || s_datapathKeys.Any(key => Text(running.At(key)) != Text(target.At(key)));

    /// <summary>Charts of different minors say "off" in different words.</summary>
    private static string? Text(JsonNode? value) => value?.ToString() switch
    {
        "strict" => "true",
        "disabled" or "false" or "0" => null,
        var other => other,
    };

    private static IEnumerable<PreflightFinding> NotInspected(NetworkProfileObservation seen, NodeInspections inspections, string? purpose)
    {
        const string Unknown = "whether nodes reach each other, packets fit, ports are free and API servers answer isn't known of";
        if (purpose is not null && seen.NodeAgent.Image is null && seen.Nodes.Count > 0)
        {
            yield return PreflightFinding.Warning(PreflightReasons.NodesNotInspected,
                $"{Unknown} any node, because the operator can't start agents without its own image: set {NodeAgentLaunch.ImageVariable} (its chart does, with nodeAgent.create: true)");
        }
        else if (inspections.NotMeasured.Count > 0)
        {
            yield return PreflightFinding.Warning(PreflightReasons.NodesNotInspected,
                $"not measured: {Unknown} {Names.Of(inspections.NotMeasured.Order(StringComparer.Ordinal))}: no agent has told; the operator has them look at every node before it changes anything");
        }
        else if (inspections.GivenUp.Count > 0)
        {
            yield return PreflightFinding.Warning(PreflightReasons.NodesNotInspected,
                $"{Unknown} {Names.Of(inspections.GivenUp.Order(StringComparer.Ordinal))}: nothing is heard from there; look at the node, and at its pod of DaemonSet {NodeAgentManifest.Name}");
        }
    }
}
