using NetProfile.Cilium.Health;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using AgentsReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.AgentsReady;
using EnvoyReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.EnvoyReady;
using HubbleReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HubbleReady;
using OperatorReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.OperatorReady;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The conditions about Cilium's workloads, judged as `cilium status` judges them (facts of the CLI 0.19: status/k8s.go).</summary>
internal static class ComponentRules
{
    public static Verdict Agents(ReportInput input) => input.Component(CiliumComponent.Agent) is { Disabled: false, Desired: 0, RollingOut: false } && input.Seen.Nodes.Count > 0
        ? False(AgentsReady.Type, AgentsReady.PodsNotReady, $"DaemonSet cilium wants no agent on any of the {input.Seen.Nodes.Count} nodes: does its node selector fit their labels?")
        : Judge(AgentsReady.Type, [input.Component(CiliumComponent.Agent)], input);

    /// <summary>Together with the API server of a cluster mesh, where raw values bring one.</summary>
    public static Verdict Operator(ReportInput input) => Judge(OperatorReady.Type, [input.Component(CiliumComponent.Operator), .. Existing(input, CiliumComponent.ClusterMesh)], input);

    /// <summary>Whether Envoy runs on its own is the release's doing; where its DaemonSet is missing, `cilium status` says disabled.</summary>
    public static Verdict Envoy(ReportInput input) => input switch
    {
        _ when input.Component(CiliumComponent.Agent).Disabled => False(EnvoyReady.Type, EnvoyReady.NotInstalled, "Cilium is not installed"),
        _ when input.Component(CiliumComponent.Envoy).Disabled => True(EnvoyReady.Type, EnvoyReady.Disabled, "Envoy does not run on its own: the agents run it where they need it"),
        _ => Judge(EnvoyReady.Type, [input.Component(CiliumComponent.Envoy)], input),
    };

    public static Verdict Hubble(ReportInput input)
    {
        // `cilium status` looks at what is there, whoever wanted it.
        var hubble = input.Spec.Hubble;
        List<ComponentHealth> parts =
        [
            .. hubble is { Enabled: true, Relay: true } ? [input.Component(CiliumComponent.HubbleRelay)] : Existing(input, CiliumComponent.HubbleRelay),
            .. hubble is { Enabled: true, Ui: true } ? [input.Component(CiliumComponent.HubbleUi)] : Existing(input, CiliumComponent.HubbleUi),
        ];
        if (!hubble.Enabled && parts.All(p => p.Healthy))
        {
            return True(HubbleReady.Type, HubbleReady.Disabled, "spec.hubble.enabled is false");
        }

        if (parts.Count > 0)
        {
            return Judge(HubbleReady.Type, parts, input);
        }

        return !input.Component(CiliumComponent.Agent).Disabled
            ? True(HubbleReady.Type, HubbleReady.Ready, "agents observe flows; neither relay nor ui is wanted")
            : False(HubbleReady.Type, HubbleReady.NotInstalled, "Cilium is not installed");
    }

    private static IReadOnlyList<ComponentHealth> Existing(ReportInput input, CiliumComponent component) => input.Component(component) is { Disabled: false } there ? [there] : [];

    private static Verdict Judge(string type, IReadOnlyList<ComponentHealth> components, ReportInput input)
    {
        var missing = components.Where(c => c.Disabled).ToList();
        if (missing.Count > 0)
        {
            return Damping.Missing(input, False(type, AgentsReady.NotInstalled, $"{string.Join(" and ", missing.Select(c => c.Name))} {(missing.Count == 1 ? "does" : "do")} not exist in namespace {input.Spec.Cilium.Namespace}"));
        }

        var counts = string.Join(", ", components.Select(c => $"{c.Ready} of {c.Desired} pods of {c.Name} ready"));
        var problems = components.SelectMany(c => c.Errors.Concat(c.Warnings)).ToList();
        if (problems.Count == 0)
        {
            return True(type, AgentsReady.Ready, counts);
        }

        var reason = components switch
        {
            _ when type == AgentsReady.Type && components.Any(c => c.CrashLooping) => AgentsReady.CrashLooping,
            _ when components.Any(c => c.RollingOut) => AgentsReady.RollingOut,
            _ => AgentsReady.PodsNotReady,
        };
        return Damping.Rollout(input, False(type, reason, $"{counts}: {Summary.Of(problems, most: 5)}"), components);
    }
}
