namespace NetProfile.Crds.NetworkProfiles;

/// <summary>
/// Every condition of a NetworkProfile with all its reasons. The sentences are the reference documentation:
/// docs/reference/conditions.md is generated from them.
/// </summary>
public static partial class NetworkProfileConditions
{
    /// <summary>The network is as spec asks, measured on every node. False or Unknown as soon as any other condition is, with the first such condition's reason and message.</summary>
    public static class Ready
    {
        public const string Type = "Ready";

        /// <summary>Surfaces when all other conditions hold: the wanted version and settings run on every node, and nothing is left to do.</summary>
        public const string NetworkReady = "NetworkReady";

        /// <summary>Surfaces when a change is on its way; Reconciling says which.</summary>
        public const string Progressing = "Progressing";

        /// <summary>Surfaces when spec.suspend is true: the last known state stays reported, and nothing is changed.</summary>
        public const string Suspended = "Suspended";

        /// <summary>Surfaces when the API server couldn't be asked about something that the verdict depends on.</summary>
        public const string ClusterUnreachable = "ClusterUnreachable";

        /// <summary>Surfaces when the operator failed in a way that it doesn't know; its log has the details under the reconcile id in the message.</summary>
        public const string InternalError = "InternalError";

        /// <summary>Surfaces when the object is being deleted.</summary>
        public const string Deleting = "Deleting";

        /// <summary>Surfaces when a person has asked for the old network, and it is on its way back or waits for the approval of that.</summary>
        public const string Restoring = "Restoring";

        /// <summary>Surfaces when the old network is back and proven to work: Cilium is not installed again until spec changes or netprofile.io/action takes retry.</summary>
        public const string Restored = "Restored";
    }

    /// <summary>Present and True only while the operator works towards spec; absent otherwise (kstatus).</summary>
    public static class Reconciling
    {
        public const string Type = "Reconciling";

        /// <summary>Surfaces when a new generation of spec was seen and not yet worked on.</summary>
        public const string NewGeneration = "NewGeneration";

        /// <summary>Surfaces when steps of the plan are being carried out.</summary>
        public const string Progressing = "Progressing";

        /// <summary>Surfaces when a failed step will be tried again by itself; the message says when.</summary>
        public const string ProgressingWithRetry = "ProgressingWithRetry";

        /// <summary>Surfaces when a plan waits for the approval of a person.</summary>
        public const string AwaitingApproval = "AwaitingApproval";

        /// <summary>Surfaces when the old network is being restored.</summary>
        public const string Restoring = "Restoring";

        /// <summary>Surfaces when the release is being removed because the object was deleted.</summary>
        public const string Uninstalling = "Uninstalling";
    }

    /// <summary>Present and True only when no further try is made until a person changes something; absent otherwise (kstatus).</summary>
    public static class Stalled
    {
        public const string Type = "Stalled";

        /// <summary>Surfaces when spec asks for something that can't be done; Accepted says what.</summary>
        public const string NotAccepted = "NotAccepted";

        /// <summary>Surfaces when the cluster isn't fit for what spec asks; PreflightPassed says why.</summary>
        public const string PreflightFailed = "PreflightFailed";

        /// <summary>Surfaces when a rollout failed and everything is held as it is; netprofile.io/action takes retry, rollback or continue.</summary>
        public const string Frozen = "Frozen";

        /// <summary>Surfaces when Helm failed in a way that trying again won't change.</summary>
        public const string HelmFailed = "HelmFailed";

        /// <summary>Surfaces when something on a node can't be removed by the operator; NodesClean says what.</summary>
        public const string NodesDirty = "NodesDirty";

        /// <summary>Surfaces when a migration waits for pods that the operator may not restart; PodsManaged says which.</summary>
        public const string PodsLeft = "PodsLeft";

        /// <summary>Surfaces when a migration node by node has come to a halt before its last node, because those left have failed, hold bare pods or are left out by label; the message names them.</summary>
        public const string NodesLeft = "NodesLeft";

        /// <summary>Surfaces when the way back to the old network waits for something that only a person can do; the message says what.</summary>
        public const string RestoreBlocked = "RestoreBlocked";

        /// <summary>Surfaces when the old network is back: a change of spec, or netprofile.io/action with retry, begins anew.</summary>
        public const string Restored = "Restored";
    }

    /// <summary>Spec makes sense, is complete, and can be turned into Helm values for the wanted version.</summary>
    public static class Accepted
    {
        public const string Type = "Accepted";

        /// <summary>Surfaces when spec is valid.</summary>
        public const string Valid = "Valid";

        /// <summary>Surfaces when an older NetworkProfile is in force; only the oldest one is acted on.</summary>
        public const string NotTheOldest = "NotTheOldest";

        /// <summary>Surfaces when fields of spec contradict each other or are out of range; the message names them all.</summary>
        public const string InvalidSpec = "InvalidSpec";

        /// <summary>Surfaces when a field that can't be changed after the installation was changed.</summary>
        public const string ImmutableFieldChanged = "ImmutableFieldChanged";

        /// <summary>Surfaces when the operator knows nothing of the wanted Cilium version.</summary>
        public const string UnknownVersion = "UnknownVersion";

        /// <summary>Surfaces when the wanted Cilium version can't do what spec asks; the message names the minor that can.</summary>
        public const string UnsupportedByVersion = "UnsupportedByVersion";

        /// <summary>Surfaces when the wanted version is a patch release that is known to be broken.</summary>
        public const string KnownBadVersion = "KnownBadVersion";

        /// <summary>Surfaces when the version can't be reached from the installed one by the upgrade rules.</summary>
        public const string UnsupportedVersionChange = "UnsupportedVersionChange";

        /// <summary>Surfaces when a raw value sets a key that a typed field owns.</summary>
        public const string ValueConflict = "ValueConflict";

        /// <summary>Surfaces when a raw value is unknown to, removed from, or silently ignored by the wanted version.</summary>
        public const string InvalidValue = "InvalidValue";

        /// <summary>Surfaces when a ConfigMap or Secret of valuesFrom, or its key, doesn't exist.</summary>
        public const string ValuesNotFound = "ValuesNotFound";

        /// <summary>Surfaces when a document of valuesFrom isn't YAML, or isn't a map.</summary>
        public const string MalformedValues = "MalformedValues";
    }
}
