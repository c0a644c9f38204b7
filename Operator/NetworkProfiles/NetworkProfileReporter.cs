using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Conditions;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Reporting;

namespace NetProfile.NetworkProfiles;

/// <summary>From what was seen and planned to the whole status. Pure, and the only place that builds conditions.</summary>
internal static class NetworkProfileReporter
{
    /// <summary>In the order in which a cluster comes up, which is the order in which Ready names the first that fails.</summary>
    private static readonly ConditionRule[] s_rules =
    [
        WorkRules.Accept,
        WorkRules.Preflight,
        WorkRules.Approve,
        NetworkRules.Flannel,
        NodeRules.Clean,
        WorkRules.Release,
        AgentRules.Agents,
        ComponentRules.Operator,
        ComponentRules.Envoy,
        AgentRules.Hubble,
        RoutingRules.Routing,
        NetworkRules.KubeProxy,
        PodRules.Managed,
    ];

    private static readonly string[] s_summary = [ConditionSet.Ready, ConditionSet.Reconciling, ConditionSet.Stalled];

    /// <summary>A profile that is not in force says nothing about the network.</summary>
    private static readonly ConditionRule[] s_refusedRules = [WorkRules.Accept];

    /// <param name="profile">With the status that it had before, whose transition times are kept.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="plan">What was decided from that.</param>
    /// <param name="lastAttempt">The try that failed last; null when the last one succeeded.</param>
    /// <param name="acting">The plan's step begins now.</param>
    public static NetworkProfileStatus Report(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, NetworkProfilePlan plan, ReleaseAttempt? lastAttempt, bool acting)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var inForce = seen.ProfileInForce is null;
        var (wanted, configured) = FeaturesReport.Sources(spec, seen);
        IReadOnlyList<AgentJudgement> agents = [.. seen.Agents.Agents.Select(a => AgentJudgement.Of(a, seen, spec, wanted, configured))];
        var input = new ReportInput
        {
            Profile = profile,
            Spec = spec,
            Seen = seen,
            Plan = plan,
            LastAttempt = lastAttempt,
            Acting = acting,
            Components = Health(seen),
            Wanted = wanted,
            Configured = configured,
            Agents = agents,
            Features = [],
        };
        input = input with { Features = FeaturesReport.Of(input) };
        var verdicts = new List<Verdict>();
        input = input with { Judged = verdicts };
        foreach (var rule in inForce ? s_rules : s_refusedRules)
        {
            if (rule(input) is { } verdict)
            {
                verdicts.Add(Damping.Hold(input, verdict));
            }
        }

        verdicts.AddRange(SummaryRules.Summarize(input, verdicts));
        var annotations = profile.Metadata.Annotations;
        return new NetworkProfileStatus
        {
            ObservedGeneration = profile.Metadata.Generation,
            Phase = SummaryRules.PhaseOf(input, verdicts),
            Conditions = Merge(profile, verdicts, seen.ObservedAt),
            LastHandledAction = profile.Status?.LastHandledAction,
            LastHandledRequestedAt = annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation),
            Plan = inForce ? PlanReport.Of(input) : null,
            Preflight = PreflightReport.Of(plan),
            Cilium = inForce ? ReleaseStatus.Of(seen, lastAttempt) : null,
            Effective = inForce ? plan.Desired?.Effective : null,
            Platform = inForce ? Platform.Detect(seen.Nodes) with { KubernetesVersion = seen.KubernetesVersion } : null,
            Nodes = inForce ? NodesReport.Of(input) : null,
            Pods = inForce ? PodRules.StatusOf(input) : null,
            Backup = inForce ? NodesReport.Backup(seen) : null,
            Features = inForce && input.Features.Count > 0 ? input.Features : null,
        };
    }

    private static IReadOnlyList<ComponentHealth> Health(NetworkProfileObservation seen)
    {
        V1DaemonSet? DaemonSet(string name) => seen.CiliumDaemonSets.FirstOrDefault(d => d.Metadata.Name == name);
        V1Deployment? Deployment(string name) => seen.Deployments.FirstOrDefault(d => d.Metadata.Name == name);
        return CiliumHealth.Judge(
            new CiliumWorkloads
            {
                Agent = DaemonSet(ComponentNames.AgentDaemonSet),
                Envoy = DaemonSet(ComponentNames.EnvoyDaemonSet),
                Operator = Deployment(ComponentNames.OperatorDeployment),
                HubbleRelay = Deployment(ComponentNames.RelayDeployment),
                HubbleUi = Deployment(ComponentNames.UiDeployment),
                ClusterMesh = Deployment(ComponentNames.ClusterMeshDeployment),
                Pods = seen.Pods,
            },
            seen.ObservedAt);
    }

    /// <summary>A condition that no rule has judged is dropped. The summary comes first, then the others in the order of the work.</summary>
    internal static IReadOnlyList<V1Condition> Merge(V1Alpha1NetworkProfile profile, IReadOnlyList<Verdict> verdicts, DateTimeOffset now)
    {
        var conditions = new ConditionSet(profile.Status?.Conditions, profile.Metadata.Generation ?? 0, new MomentInTime(now));
        foreach (var stale in (profile.Status?.Conditions ?? []).Select(c => c.Type).Except(verdicts.Select(v => v.Type)))
        {
            conditions.Remove(stale);
        }

        foreach (var verdict in verdicts)
        {
            conditions.Set(verdict.Type, verdict.Status, verdict.Reason, verdict.Message);
        }

        return [.. verdicts.OrderByDescending(v => s_summary.Contains(v.Type)).Select(v => conditions.Get(v.Type)!)];
    }

    private sealed class MomentInTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
