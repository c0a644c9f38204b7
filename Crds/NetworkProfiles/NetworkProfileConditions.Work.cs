namespace NetProfile.Crds.NetworkProfiles;

public static partial class NetworkProfileConditions
{
    /// <summary>Nodes and cluster are fit for what spec asks. All that is wrong is named at once.</summary>
    public static class PreflightPassed
    {
        public const string Type = "PreflightPassed";

        /// <summary>Surfaces when nothing stands in the way.</summary>
        public const string Passed = "Passed";

        /// <summary>Surfaces when nothing stands in the way, but something deserves a look.</summary>
        public const string PassedWithWarnings = "PassedWithWarnings";

        /// <summary>Surfaces when at least one check failed; the message lists them, the worst first.</summary>
        public const string Blocked = "Blocked";

        /// <summary>Surfaces when facts from nodes are still missing.</summary>
        public const string WaitingForNodes = "WaitingForNodes";

        /// <summary>Surfaces when spec isn't accepted, so that there is nothing to check.</summary>
        public const string NotChecked = "NotChecked";

        /// <summary>Surfaces when this kind of cluster needs a change that only a person can make; the message has the commands.</summary>
        public const string PlatformActionNeeded = "PlatformActionNeeded";
    }

    /// <summary>The plan may be carried out.</summary>
    public static class PlanApproved
    {
        public const string Type = "PlanApproved";

        /// <summary>Surfaces when there is nothing to do.</summary>
        public const string NothingToDo = "NothingToDo";

        /// <summary>Surfaces when the plan needs no approval under spec.approval.</summary>
        public const string NotNeeded = "NotNeeded";

        /// <summary>Surfaces when the annotation netprofile.io/approved-plan has this plan's digest.</summary>
        public const string Approved = "Approved";

        /// <summary>Surfaces when the plan needs an approval; the message has the digest and what the plan disturbs.</summary>
        public const string AwaitingApproval = "AwaitingApproval";

        /// <summary>Surfaces when another plan was approved than the present one: something that it was based on has changed.</summary>
        public const string ApprovalOutdated = "ApprovalOutdated";

        /// <summary>Surfaces when there is no plan, because spec isn't accepted or the preflight isn't done.</summary>
        public const string NoPlan = "NoPlan";
    }

    /// <summary>Flannel's workloads are gone from the cluster.</summary>
    public static class FlannelRemoved
    {
        public const string Type = "FlannelRemoved";

        /// <summary>Surfaces when no trace of Flannel was found in the API from the beginning, or spec.previousCNI.kind is None.</summary>
        public const string NotNeeded = "NotNeeded";

        /// <summary>Surfaces when Flannel's DaemonSet and all its pods are gone.</summary>
        public const string Removed = "Removed";

        /// <summary>Surfaces when Flannel still runs and its turn hasn't come.</summary>
        public const string StillRunning = "StillRunning";

        /// <summary>Surfaces when Flannel's DaemonSet is parked and pods of it are still terminating.</summary>
        public const string Removing = "Removing";

        /// <summary>Surfaces when Flannel is on its way back, because a person has asked for that.</summary>
        public const string Restoring = "Restoring";

        /// <summary>Surfaces when Flannel is back, because a person has asked for that.</summary>
        public const string Restored = "Restored";

        /// <summary>Surfaces when something puts Flannel back: a GitOps tool, an addon manager, a Helm release.</summary>
        public const string ManagedByOther = "ManagedByOther";

        /// <summary>Surfaces when Flannel is part of the distribution and only its configuration can switch it off; the message has the commands.</summary>
        public const string EmbeddedInDistribution = "EmbeddedInDistribution";
    }

    /// <summary>A read-only audit found nothing of the previous network on any node.</summary>
    public static class NodesClean
    {
        public const string Type = "NodesClean";

        /// <summary>Surfaces when nodes never had anything that needs cleaning, or spec.previousCNI.kind is None.</summary>
        public const string NotNeeded = "NotNeeded";

        /// <summary>Surfaces when every node's audit found nothing.</summary>
        public const string Clean = "Clean";

        /// <summary>Surfaces when nodes are being cleaned, or their turn hasn't come.</summary>
        public const string Cleaning = "Cleaning";

        /// <summary>Surfaces when something is left that can't be removed; the message says what and where.</summary>
        public const string ResiduesLeft = "ResiduesLeft";

        /// <summary>Surfaces when a cleaning task failed on a node.</summary>
        public const string TaskFailed = "TaskFailed";

        /// <summary>Surfaces when nothing is heard of some nodes, so that it can't be told.</summary>
        public const string NodesUnreachable = "NodesUnreachable";

        /// <summary>Surfaces when no agent has reported yet.</summary>
        public const string NotInspected = "NotInspected";
    }

    /// <summary>The Helm release has the wanted chart and values.</summary>
    public static class HelmReleased
    {
        public const string Type = "HelmReleased";

        /// <summary>Surfaces when the deployed revision has the wanted chart and values.</summary>
        public const string InSync = "InSync";

        /// <summary>Surfaces when there is no release yet.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when the deployed revision differs from what is wanted, and an upgrade hasn't begun.</summary>
        public const string OutOfSync = "OutOfSync";

        /// <summary>Surfaces when images of the next version are brought to every node, and Cilium's own preflight runs, before anything is restarted.</summary>
        public const string PullingImages = "PullingImages";

        /// <summary>Surfaces when a node can't pull an image of the next version; nothing was restarted, and the message names node and image.</summary>
        public const string ImagePullFailed = "ImagePullFailed";

        /// <summary>Surfaces when Cilium's own preflight of the next minor fails, for instance because of a policy that it doesn't take; nothing was restarted.</summary>
        public const string CiliumPreflightFailed = "CiliumPreflightFailed";

        /// <summary>Surfaces when helm is installing.</summary>
        public const string Installing = "Installing";

        /// <summary>Surfaces when helm is upgrading.</summary>
        public const string Upgrading = "Upgrading";

        /// <summary>Surfaces when helm is rolling back.</summary>
        public const string RollingBack = "RollingBack";

        /// <summary>Surfaces when helm is uninstalling.</summary>
        public const string Uninstalling = "Uninstalling";

        /// <summary>Surfaces when the release was made by someone else and taking it over isn't approved.</summary>
        public const string Unmanaged = "Unmanaged";

        /// <summary>Surfaces when Flux, Argo CD or the distribution's own controller owns the release.</summary>
        public const string OwnedByOther = "OwnedByOther";

        /// <summary>Surfaces when a pending revision locks the release and its holder may be alive.</summary>
        public const string Locked = "Locked";

        /// <summary>Surfaces when the helm binary isn't there.</summary>
        public const string HelmMissing = "HelmMissing";

        /// <summary>Surfaces when the helm binary is older than 3.14.</summary>
        public const string HelmTooOld = "HelmTooOld";

        /// <summary>Surfaces when the repository has no such chart or version.</summary>
        public const string ChartNotFound = "ChartNotFound";

        /// <summary>Surfaces when the chart repository or registry doesn't answer.</summary>
        public const string RepositoryUnreachable = "RepositoryUnreachable";

        /// <summary>Surfaces when the chart's digest isn't the one that spec pins.</summary>
        public const string DigestMismatch = "DigestMismatch";

        /// <summary>Surfaces when the chart refuses the values.</summary>
        public const string InvalidValues = "InvalidValues";

        /// <summary>Surfaces when an object that the chart renders exists and belongs to something else.</summary>
        public const string OwnershipConflict = "OwnershipConflict";

        /// <summary>Surfaces when another field manager owns a field that the chart sets to another value.</summary>
        public const string FieldConflict = "FieldConflict";

        /// <summary>Surfaces when the release's namespace doesn't exist.</summary>
        public const string NamespaceMissing = "NamespaceMissing";

        /// <summary>Surfaces when a namespace that the chart needs is still being deleted.</summary>
        public const string NamespaceTerminating = "NamespaceTerminating";

        /// <summary>Surfaces when the operator may not write a kind that the chart renders.</summary>
        public const string Forbidden = "Forbidden";

        /// <summary>Surfaces when the chart needs a newer Kubernetes.</summary>
        public const string KubernetesTooOld = "KubernetesTooOld";

        /// <summary>Surfaces when helm took longer than it may.</summary>
        public const string Timeout = "Timeout";

        /// <summary>Surfaces when helm was stopped before it was done.</summary>
        public const string Interrupted = "Interrupted";

        /// <summary>Surfaces when helm couldn't reach the API server.</summary>
        public const string ApiUnreachable = "ApiUnreachable";

        /// <summary>Surfaces when helm failed for another reason; the message has its last line.</summary>
        public const string HelmFailed = "HelmFailed";
    }
}
