using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>
/// Where the way from Flannel to Cilium stands and what comes next. Pure and level-triggered: each step is told by what is there (the
/// backup, the release and its values, the old DaemonSets, the nodes' audits), so that it may be asked at any moment, after any crash.
/// </summary>
internal static class MigrationPlanner
{
    public const string BackupName = "BackUpManifests";
    public const string BesideName = "InstallBeside";
    public const string MoveName = "MovePods";
    public const string NodesName = "MigrateNodes";
    public const string ParkName = "ParkPreviousNetwork";
    public const string CleanName = "CleanNodes";
    public const string FinalValuesName = "FinishMigration";
    public const string RemoveName = "RemovePreviousNetwork";

    private const int QuickSeconds = 5;

    private const int SecondsPerBatchOfPods = 30;

    private const int SecondsPerNode = 120;

    /// <param name="spec">What is asked for.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="nodes">What the nodes are told.</param>
    /// <param name="allowBare">Pods that nothing would make again may go.</param>
    public static MigrationPlan Plan(EffectiveSpec spec, NetworkProfileObservation seen, NodesPlan nodes, bool allowBare)
    {
        var evidence = PreviousCniEvidence.Of(seen);
        if (spec.PreviousCNI.Kind == PreviousCniKind.None || seen.ProfileInForce is not null)
        {
            return MigrationPlan.None;
        }

        if (seen.MigrationProblem is { } problem)
        {
            return MigrationPlan.None with { Blockers = [Blocker.Preflight(NetworkProfileConditions.PreflightPassed.Blocked, problem)] };
        }

        var record = RecordInForce(seen);
        if (record?.FinishedAt is not null || (record is null && evidence.Workloads.Count == 0 && !AbandonedNetwork.IsInUse(seen)))
        {
            return MigrationPlan.None with { Blockers = MigrationRules.Untouchable(spec, seen) };
        }

        var strategy = record?.Strategy ?? spec.PreviousCNI.Strategy;
        var facts = Facts(spec, seen, nodes, evidence, record, strategy, allowBare);
        return strategy == MigrationStrategy.Recreate ? Recreate(facts) : Overlap(facts);
    }

    /// <summary>A finished one speaks of the network before as long as Cilium runs; when that is gone, another migration may begin.</summary>
    public static MigrationRecord? RecordInForce(NetworkProfileObservation seen) =>
        seen.Migration is { Direction: MigrationDirection.Forward, RestoredAt: null } record && (record.FinishedAt is null || seen.DeployedRelease is not null) ? record : null;

    private sealed record Situation(EffectiveSpec Spec, NetworkProfileObservation Seen, PreviousCniEvidence Evidence, MigrationRecord? Record)
    {
        public required MigrationStrategy Strategy { get; init; }
        public required bool BackedUp { get; init; }
        public required bool Parked { get; init; }
        public required bool Gone { get; init; }
        public required bool Clean { get; init; }
        public required bool PodsMoved { get; init; }
        public required bool Beside { get; init; }
        public required bool ReachedTarget { get; init; }
        public required bool Settled { get; init; }
        public required string CleanText { get; init; }
        public required IReadOnlyList<Blocker> Blockers { get; init; }
        public required NodeByNodeProgress? Nodes { get; init; }

        /// <summary>Strategy NodeByNode: no node is left that has the old network only.</summary>
        public bool NodesSwitched => Nodes is null || Nodes.IsDone || (Parked && !Abandoned);

        /// <summary>Nothing of the old network is there to be parked, and pods still live in it.</summary>
        public required bool Abandoned { get; init; }
    }

    private static Situation Facts(EffectiveSpec spec, NetworkProfileObservation seen, NodesPlan nodes, PreviousCniEvidence evidence, MigrationRecord? record, MigrationStrategy strategy, bool allowBare)
    {
        var rollout = AgentRollout.Of(seen);
        var kubeProxy = KubeProxyPlanner.IsToBeParked(spec) ? KubeProxyDaemonSet.Find(seen) : null;
        var kubeProxyGone = kubeProxy is null || ParkedDaemonSet.OwnerOf(kubeProxy) is not null || ParkedDaemonSet.IsGone(kubeProxy, seen.Nodes);
        var parked = evidence.Workloads.All(ParkedDaemonSet.IsParked);
        var abandoned = AbandonedNetwork.IsInUse(seen);
        var stage = PlanMark.Of(seen.DeployedRelease)?.Stage;
        var beside = stage is not null && stage.StartsWith(BesideName, StringComparison.Ordinal);
        return new Situation(spec, seen, evidence, record)
        {
            Strategy = strategy,
            BackedUp = MigrationMark.Of(record) is not null,
            Parked = parked,
            Gone = evidence.DaemonSets.Count == 0 && (strategy == MigrationStrategy.Recreate || kubeProxyGone),
            Clean = nodes.IsClean,
            Abandoned = abandoned,
            PodsMoved = (parked && !abandoned) || seen.PodCensus is { IsAllManaged: true },
            Beside = beside,
            ReachedTarget = seen.DeployedRelease is not null && !beside && parked,
            Settled = rollout is { IsRolled: true, IsReady: true },
            Nodes = strategy == MigrationStrategy.NodeByNode ? NodeByNodePlanner.ProgressOf(seen, spec, allowBare) : null,
            CleanText = NodesText.Of(nodes.Nodes),
            Blockers = MigrationRules.Check(spec, seen, strategy, record),
        };
    }

    /// <summary>Cilium beside Flannel; pods moved; Flannel and kube-proxy parked; nodes cleaned; final values.</summary>
    private static MigrationPlan Overlap(Situation at)
    {
        var cleaned = at.Gone && at.Clean;
        var interim = !cleaned && !at.ReachedTarget ? MigrationValues.Beside(at.Spec, at.Seen, at.Record) with { CustomCniConf = at.Nodes is not null } : null;

        // Node by node agents are restarted one after the other, so that they need not be ready all at once any more.
        var besideDone = (at.Beside || at.ReachedTarget) && (at.Settled || at.Nodes is { HasBegun: true });
        var holds = at switch
        {
            { BackedUp: false } => "the old network's manifests are backed up first",
            _ when interim is null || !at.Beside => null,
            { NodesSwitched: false } => $"final values come when every node is switched: {at.Nodes!.Text}",
            { PodsMoved: false } => $"final values come when no pod needs Flannel any more{Unmanaged(at.Seen)}",
            { Gone: false } => $"final values come when {string.Join(", ", at.Evidence.DaemonSets.DefaultIfEmpty("kube-proxy"))} is gone",
            _ => $"final values come when the nodes are clean: {at.CleanText}",
        };
        var podsMoved = besideDone && at.NodesSwitched && at.PodsMoved;
        return new MigrationPlan
        {
            Strategy = at.Strategy,
            IsUnderWay = true,
            Disruption = at.Nodes is null ? Disruption.PodRestart : Disruption.Drain,
            Interim = interim,
            Before = at.BackedUp ? MigrationAction.None : MigrationAction.TakeBackup,
            HoldsRelease = holds,
            MovesPods = besideDone && at.NodesSwitched,
            Nodes = at.Nodes,
            MovesNodes = besideDone && !at.NodesSwitched,
            MayPark = podsMoved,
            MayFinish = at.ReachedTarget && at.Gone && at.Settled,
            Blockers = at.Blockers,
            Steps =
            [
                Step(BackupName, "what is taken away can be brought back", at.BackedUp, true, Disruption.None, QuickSeconds),
                Step(BesideName, "both networks run side by side, so that no pod is cut off", besideDone, at.BackedUp, Disruption.None, 0) with { IsRelease = true },
                .. NodesStep(at, besideDone),
                Step(MoveName, "pods of the old network get one of Cilium's, by eviction, DNS first", podsMoved, besideDone && at.NodesSwitched, Disruption.PodRestart, PodSeconds(at.Seen)) with { Message = besideDone && at.NodesSwitched && !at.PodsMoved ? Unmanaged(at.Seen).TrimStart(':', ' ') : null },
                Step(ParkName, "no pod needs it any more", podsMoved && at.Gone, podsMoved, Disruption.None, QuickSeconds * 2),
                Step(CleanName, "links, routes and rules of the old network mislead the new one", cleaned || at.ReachedTarget, podsMoved && at.Gone, Disruption.None, QuickSeconds * 6) with { Message = podsMoved && at.Gone && !cleaned ? at.CleanText : null },
                Step(FinalValuesName, "what holds for the time of the migration only is taken back", at.ReachedTarget && at.Settled, cleaned, Disruption.AgentRestart, 0) with { IsRelease = true },
                Step(RemoveName, "everything was measured with the final values", false, at.ReachedTarget && at.Settled, Disruption.None, QuickSeconds),
            ],
        };
    }

    /// <summary>Flannel away and nodes clean first, then Cilium, then every pod anew: an outage, for those who must keep the pod CIDR.</summary>
    private static MigrationPlan Recreate(Situation at)
    {
        var installed = at.Seen.DeployedRelease is not null;
        var cleaned = installed || (at.Parked && at.Gone && at.Clean);
        return new MigrationPlan
        {
            Strategy = at.Strategy,
            IsUnderWay = true,
            Disruption = Disruption.Outage,
            Before = at switch
            {
                { BackedUp: false } => MigrationAction.TakeBackup,
                { Parked: false } => MigrationAction.Park,
                { Record.OutageStartedAt: null } when !installed => MigrationAction.Park,
                _ => MigrationAction.None,
            },
            HoldsRelease = at switch
            {
                { BackedUp: false } => "the old network's manifests are backed up first",
                _ when cleaned => null,
                { Gone: false } => $"Cilium is installed when {string.Join(", ", at.Evidence.DaemonSets)} is gone",
                _ => $"Cilium is installed when the nodes are clean: {at.CleanText}",
            },
            MovesPods = installed && at.Settled,
            DeletesPods = true,
            MayPark = installed && at.Settled && at.Seen.PodCensus is { IsAllManaged: true },
            MayFinish = installed && at.Gone && at.Settled && at.Seen.PodCensus is { IsAllManaged: true },
            Blockers = at.Blockers,
            Steps =
            [
                Step(BackupName, "what is taken away can be brought back", at.BackedUp, true, Disruption.None, QuickSeconds),
                Step(ParkName, "the outage begins: pods lose their network when the nodes are cleaned", at.Parked && at.Gone, at.BackedUp, Disruption.Outage, QuickSeconds * 2),
                Step(CleanName, "the new network takes the old one's place", cleaned, at.Parked && at.Gone, Disruption.Outage, QuickSeconds * 6) with { Message = at.Parked && !cleaned ? at.CleanText : null },
                Step(ReleasePathBuilder.InstallName, "Cilium comes to clean nodes", installed && at.Settled, cleaned, Disruption.Outage, 0) with { IsRelease = true },
                Step(MoveName, "every pod is cut off and is made anew; then the outage has ended", installed && at.Settled && at.Seen.PodCensus is { IsAllManaged: true }, installed && at.Settled, Disruption.Outage, PodSeconds(at.Seen)),
                Step(RemoveName, "everything was measured", false, false, Disruption.None, QuickSeconds),
            ],
        };
    }

    private static IEnumerable<MigrationStep> NodesStep(Situation at, bool besideDone) => at.Nodes is not { } nodes
        ? []
        :
        [
            Step(NodesName, "nodes are drained, switched and verified, a few at a time", besideDone && at.NodesSwitched, besideDone, Disruption.Drain, SecondsPerNode * nodes.Total / Math.Max(1, at.Spec.Rollout.MaxUnavailable.Scale(nodes.Total, roundUp: false))) with
            {
                Message = besideDone && !at.NodesSwitched ? nodes.Text : null,
            },
        ];

    private static MigrationStep Step(string name, string because, bool done, bool running, Disruption disruption, int seconds) =>
        new(name, because, disruption, done ? PlanStepState.Done : running ? PlanStepState.Running : PlanStepState.Pending) { Seconds = seconds };

    private static string Unmanaged(NetworkProfileObservation seen) =>
        seen.PodCensus is { Error: null } census ? $": {census.Managed} of {census.Pods} pods are managed by Cilium" : "";

    private static int PodSeconds(NetworkProfileObservation seen) =>
        SecondsPerBatchOfPods * Math.Max(1, (seen.PodCensus?.Unmanaged.Count ?? 0) / Math.Max(10, seen.Nodes.Count));
}
