using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>What a rule says of its condition; times and generations are added when the conditions are merged.</summary>
internal sealed record Verdict(string Type, ConditionStatus Status, string Reason, string Message)
{
    /// <summary>true: likely to mend itself, so it is work in progress; false: it has had its time; null: its reason decides.</summary>
    public bool? Settling { get; init; }

    public static Verdict True(string type, string reason, string message) => new(type, ConditionStatus.True, reason, message);

    public static Verdict False(string type, string reason, string message) => new(type, ConditionStatus.False, reason, message);

    public static Verdict Unknown(string type, string reason, string message) => new(type, ConditionStatus.Unknown, reason, message);
}

/// <summary>A pure function from what was seen and planned to one condition; null when that cannot be judged and the condition is left out.</summary>
internal delegate Verdict? ConditionRule(ReportInput input);

internal sealed record ReportInput
{
    public required V1Alpha1NetworkProfile Profile { get; init; }

    public required EffectiveSpec Spec { get; init; }

    public required NetworkProfileObservation Seen { get; init; }

    public required NetworkProfilePlan Plan { get; init; }

    /// <summary>The try that failed last; null when the last one succeeded.</summary>
    public required ReleaseAttempt? LastAttempt { get; init; }

    /// <summary>The step of the plan begins now.</summary>
    public required bool Acting { get; init; }

    public required IReadOnlyList<ComponentHealth> Components { get; init; }

    public required IReadOnlyList<FeatureStatus> Features { get; init; }

    /// <summary>Features as spec asks for them; empty where cilium-config is of a version that isn't known.</summary>
    public required IReadOnlyList<CiliumFeature> Wanted { get; init; }

    /// <summary>Features as cilium-config has them.</summary>
    public required IReadOnlyList<CiliumFeature> Configured { get; init; }

    /// <summary>One for each agent that runs.</summary>
    public required IReadOnlyList<AgentJudgement> Agents { get; init; }

    /// <summary>What the rules before this one have said.</summary>
    public IReadOnlyList<Verdict> Judged { get; init; } = [];

    public ComponentHealth Component(CiliumComponent component) => Components.First(c => c.Component == component);

    public Blocker? BlockerOf(string condition) => Plan.Blockers.FirstOrDefault(b => b.Condition == condition);

    /// <summary>Cilium was installed at some time, by whomever.</summary>
    public bool IsInstalled => Seen.DeployedRelease is not null;
}
