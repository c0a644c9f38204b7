using System.Security.Cryptography;
using System.Text;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Nodes;
using Accepted = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Accepted;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;

namespace NetProfile.NetworkProfiles;

/// <summary>Decides, from what was read, what is done next. Pure: the same input gives the same plan.</summary>
internal static class NetworkProfilePlanner
{
    /// <summary>How often a steady profile is looked at without an event: the release's Secrets are not watched.</summary>
    internal static readonly TimeSpan SteadyInterval = TimeSpan.FromMinutes(5);

    /// <summary>How soon a blocked profile is looked at again, because what blocks it may be an object that is not watched.</summary>
    internal static readonly TimeSpan BlockedInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_lockedInterval = TimeSpan.FromSeconds(5);

    public static NetworkProfilePlan Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var (desired, blockers, warnings) = Desire(profile, spec, seen);
        var decision = desired is null ? null : HelmDecision.Decide(seen.History, desired.ToHelm(profile));
        blockers.AddRange(ReleaseBlockers(spec, decision, seen));
        blockers.AddRange(KubeProxyPlanner.Blockers(spec, seen));
        var wanted = WantedStep(desired, decision, seen);
        var disruption = DisruptionClassifier.Of(wanted, desired, seen);
        var digest = wanted.Action is HelmAction.None or HelmAction.Unlock || desired is null ? null : DigestOf(desired, wanted, disruption, seen);

        // The digest is the release's: an approval covers the cleaning before it, and stays good when that is done.
        disruption = (Disruption)Math.Max((int)disruption, (int)NodesPlanner.Plan(profile, spec, seen, held: true).Disruption);
        var approval = ApprovalOf(profile, spec, decision, digest, disruption);
        var nodes = NodesPlanner.Plan(profile, spec, seen, held: blockers.Count > 0 || spec.Suspend || approval is PlanApproval.Awaiting or PlanApproval.Outdated);
        if (nodes.Blocker is { } dirty)
        {
            blockers.Add(dirty);
        }

        var retryAt = RetryPolicy.NextTry(profile.Status?.Cilium?.LastAttempt, desired, profile);
        var backingOff = retryAt > seen.ObservedAt;
        var free = blockers.Count == 0 && !spec.Suspend && !backingOff && approval is not (PlanApproval.Awaiting or PlanApproval.Outdated);
        return new NetworkProfilePlan
        {
            Blockers = blockers,
            Warnings = warnings,
            Desired = desired,
            Release = decision,
            Wanted = wanted,
            Step = free ? wanted : HelmStep.None,
            Nodes = nodes,
            Approval = approval,
            Digest = digest,
            Disruption = disruption,
            RetryAt = backingOff ? retryAt : null,
            LookAgainAfter = LookAgain(blockers, nodes, decision, seen, backingOff ? retryAt : null),
        };
    }

    private static (DesiredRelease? Desired, List<Blocker> Blockers, IReadOnlyList<string> Warnings) Desire(
        V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (seen.ProfileInForce is { } older)
        {
            return (null, [Blocker.NotAccepted(Accepted.NotTheOldest,
                $"NetworkProfile {older} is older and in force; a cluster has one network, so this one is ignored: change {older} instead, or delete it and this one takes over")], []);
        }

        return DesiredReleaseBuilder.Build(profile, spec, seen);
    }

    private static IEnumerable<Blocker> ReleaseBlockers(EffectiveSpec spec, HelmDecision? decision, NetworkProfileObservation seen)
    {
        if (seen.ProfileInForce is not null)
        {
            yield break;
        }

        var release = $"{spec.Cilium.Namespace}/{spec.Cilium.ReleaseName}";
        if (!seen.NamespaceExists)
        {
            yield return Blocker.Release(HelmReleased.NamespaceMissing,
                $"spec.cilium.namespace: namespace {spec.Cilium.Namespace} does not exist or is being deleted: create it (kubectl create namespace {spec.Cilium.Namespace})");
        }

        if (seen.ForeignOwner is { } owner)
        {
            yield return Blocker.Release(HelmReleased.OwnedByOther, $"Helm release {release}: {owner}; two owners would undo each other's changes, so the release is left untouched");
        }

        if (seen.Holder is PendingHolder.Foreign)
        {
            yield return Blocker.Release(HelmReleased.Locked,
                $"revision {seen.LatestRelease!.Revision} of Helm release {release} is pending and was not made by this operator, so nobody can tell whether that helm is still at work: "
                + $"wait for it, or, once it is certainly dead, delete Secret sh.helm.release.v1.{spec.Cilium.ReleaseName}.v{seen.LatestRelease.Revision} in namespace {spec.Cilium.Namespace}");
        }
        else if (seen.Holder is PendingHolder.MaybeAlive)
        {
            yield return Blocker.Release(HelmReleased.Locked,
                $"revision {seen.LatestRelease!.Revision} of Helm release {release} is pending and its helm process may still be at work; taken over as soon as that process is known to be gone, {PendingHolderProof.ProcessLimit.TotalMinutes:0} minutes after its start at the latest",
                needsPerson: false);
        }
    }

    private static HelmStep WantedStep(DesiredRelease? desired, HelmDecision? decision, NetworkProfileObservation seen) => decision?.State switch
    {
        HelmState.Absent => new HelmStep(HelmAction.Install, $"there is no Helm release {desired!.Release}"),
        HelmState.Locked when seen.Holder == PendingHolder.Dead => new HelmStep(HelmAction.Unlock, $"{decision.Because}, whose helm process is gone"),
        HelmState.Unmanaged => new HelmStep(HelmAction.Upgrade, $"{decision.Because} and is to be taken over{Keys(decision, desired!)}"),
        HelmState.OutOfSync => new HelmStep(HelmAction.Upgrade, decision.Because + Keys(decision, desired!)),
        HelmState.Failed => new HelmStep(HelmAction.Upgrade, decision.Because),
        _ => HelmStep.None,
    };

    private static string Keys(HelmDecision decision, DesiredRelease desired)
    {
        var keys = decision.Latest is null ? [] : ValuesDifference.Keys(decision.Latest.Values, desired.Values);
        return keys.Count == 0 ? "" : $": {string.Join(", ", keys.Take(5))}{(keys.Count > 5 ? $" and {keys.Count - 5} more" : "")}";
    }

    /// <summary>Changes when anything changes that the plan was based on: the wanted release, and the revision that it starts from.</summary>
    private static string DigestOf(DesiredRelease desired, HelmStep wanted, Disruption disruption, NetworkProfileObservation seen)
    {
        var text = $"{desired.Digest}\n{wanted.Action}\n{disruption}\n{seen.DeployedRelease?.Revision ?? 0}\n{seen.Nodes.Count}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    private static PlanApproval ApprovalOf(
        V1Alpha1NetworkProfile profile, EffectiveSpec spec, HelmDecision? decision, string? digest, Disruption disruption)
    {
        if (decision is null)
        {
            return PlanApproval.NoPlan;
        }

        if (digest is null)
        {
            return PlanApproval.NothingToDo;
        }

        var needed = decision.State == HelmState.Unmanaged || spec.Approval switch
        {
            ApprovalPolicy.Always => true,
            ApprovalPolicy.Disruptive => disruption >= Disruption.PodRestart,
            _ => false,
        };
        return (needed, profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ApprovedPlanAnnotation)) switch
        {
            (false, _) => PlanApproval.NotNeeded,
            (true, var approved) when approved == digest => PlanApproval.Approved,
            (true, null or "") => PlanApproval.Awaiting,
            _ => PlanApproval.Outdated,
        };
    }

    private static TimeSpan LookAgain(List<Blocker> blockers, NodesPlan nodes, HelmDecision? decision, NetworkProfileObservation seen, DateTimeOffset? retryAt)
    {
        if (decision?.State == HelmState.Locked)
        {
            return s_lockedInterval;
        }

        if (retryAt is { } at)
        {
            return at - seen.ObservedAt;
        }

        return blockers.Count > 0 || nodes.Stage == NodesStage.Working ? BlockedInterval : SteadyInterval;
    }
}
