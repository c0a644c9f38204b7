using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Events;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles;

/// <summary>What <c>kubectl describe</c> shows of the past: what was done, and the turns of Ready and Stalled.</summary>
internal sealed class NetworkProfileEvents(IEventRecorder recorder, ILogger<NetworkProfileEvents> log)
{
    public void Acting(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan) => log.Acting(profile.Metadata.Name, plan.Step.Action, plan.Step.Because);

    /// <summary>Says once for each stage of the nodes what is about to happen; the recorder folds repetitions.</summary>
    public void NodesTold(V1Alpha1NetworkProfile profile, NodesPlan plan)
    {
        if (plan.Stage is NodesStage.Working or NodesStage.Done)
        {
            recorder.Record(profile, EventType.Normal, plan.Stage == NodesStage.Done ? "NodesClean" : "CleaningNodes", "CleanNodes", NodesText.Of(plan.Nodes));
        }
    }

    public void Acted(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, HelmOutcome outcome)
    {
        var action = plan.Step.Action;
        if (outcome.Succeeded)
        {
            log.Acted(profile.Metadata.Name, action, outcome.Duration.TotalSeconds, outcome.Message);
            recorder.Record(profile, EventType.Normal, Reason(action), action.ToString(), $"{plan.Next?.Release.Chart.Version}: {plan.Step.Because}");
            return;
        }

        var reason = RetryPolicy.ReasonOf(outcome.Failure);
        log.ActionFailed(profile.Metadata.Name, action, reason, outcome.Message);
        recorder.Record(profile, EventType.Warning, reason, action.ToString(), outcome.Message);
    }

    public void Migrated(V1Alpha1NetworkProfile profile, MigrationAction action, string? problem)
    {
        var (reason, text) = action switch
        {
            MigrationAction.TakeBackup => ("BackupTaken", "the manifests of the old network are in a Secret"),
            MigrationAction.Park => ("PreviousNetworkParked", "no node matches the node selector of the old network's DaemonSets any more"),
            _ => ("PreviousNetworkRemoved", "the objects of the old network are deleted; the backup has them"),
        };
        recorder.Record(profile, problem is null ? EventType.Normal : EventType.Warning, problem is null ? reason : "MigrationStepFailed", action.ToString(), problem ?? text);
    }

    public void Uninstalled(V1Alpha1NetworkProfile profile, HelmOutcome outcome) =>
        recorder.Record(
            profile,
            outcome.Succeeded ? EventType.Normal : EventType.Warning,
            outcome.Succeeded ? "Uninstalled" : RetryPolicy.ReasonOf(outcome.Failure),
            "Uninstall",
            outcome.Message);

    /// <summary>Tells of conditions that have turned since <paramref name="before"/>.</summary>
    public void Reported(V1Alpha1NetworkProfile profile, NetworkProfileStatus? before, NetworkProfileStatus after)
    {
        foreach (var condition in after.Conditions ?? [])
        {
            var old = before?.Conditions?.FirstOrDefault(c => c.Type == condition.Type);
            if (old?.Status == condition.Status || condition.Type is not (NetworkProfileConditions.Ready.Type or NetworkProfileConditions.Stalled.Type))
            {
                continue;
            }

            var good = (condition.Status == Crds.Meta.ConditionStatus.True) == (condition.Type == NetworkProfileConditions.Ready.Type);
            if (good || condition.Type == NetworkProfileConditions.Stalled.Type || old?.Status == Crds.Meta.ConditionStatus.True)
            {
                recorder.Record(profile, good ? EventType.Normal : EventType.Warning, condition.Reason, $"{condition.Type}{condition.Status}", condition.Message);
            }
        }
    }

    private static string Reason(HelmAction action) => action switch
    {
        HelmAction.Install => "Installed",
        HelmAction.Upgrade => "Upgraded",
        HelmAction.Rollback => "RolledBack",
        HelmAction.Unlock => "Unlocked",
        HelmAction.PullImages => "PullingImages",
        HelmAction.Preflight => "PreflightStarted",
        HelmAction.EndPreflight => "PreflightEnded",
        _ => action.ToString(),
    };
}
