namespace NetProfile.Crds.NetworkProfiles;

/// <summary>Every name that this project puts on objects: annotations, labels, finalizers, field managers.</summary>
public static class NetworkProfileNames
{
    public const string Group = "netprofile.io";

    /// <summary>On a NetworkProfile: approves the plan whose <c>status.plan.digest</c> is its value, and no other.</summary>
    public const string ApprovedPlanAnnotation = "netprofile.io/approved-plan";

    /// <summary>On a NetworkProfile: <c>retry | rollback | continue | restore</c>, once per value of requestedAt.</summary>
    public const string ActionAnnotation = "netprofile.io/action";

    /// <summary>On a NetworkProfile: a new value asks for a reconcile now; it shows in <c>status.lastHandledRequestedAt</c> when done.</summary>
    public const string RequestedAtAnnotation = "netprofile.io/requestedAt";

    /// <summary>On a NetworkProfile: <c>true</c> takes over fields of rendered objects that another field manager owns.</summary>
    public const string ForceConflictsAnnotation = "netprofile.io/force-conflicts";

    /// <summary>On a NetworkProfile: <c>Delete</c> lets pods be deleted that have another network and that nothing would make again.</summary>
    public const string BarePodsAnnotation = "netprofile.io/bare-pods";

    /// <summary>The one value of <see cref="BarePodsAnnotation"/>.</summary>
    public const string DeleteBarePods = "Delete";

    /// <summary>On a NetworkProfile: the one version of Cilium that may be installed although it is known to be broken.</summary>
    public const string AllowKnownBadVersionAnnotation = "netprofile.io/allow-known-bad-version";

    /// <summary>On an object that was parked (kube-proxy, Flannel): what it was before, as JSON, so that it can be taken back.</summary>
    public const string ParkedAnnotation = "netprofile.io/parked";

    /// <summary>The nodeSelector key that matches no node; a parked DaemonSet has it.</summary>
    public const string ParkedNodeSelector = "netprofile.io/parked";

    /// <summary>On a Node: leave this one out of the migration.</summary>
    public const string SkipLabel = "netprofile.io/skip";

    /// <summary>On a Node: <c>true</c> when it was cordoned by the operator and not by a person.</summary>
    public const string CordonedAnnotation = "netprofile.io/cordoned";

    /// <summary>On a Node: it was switched to Cilium by strategy NodeByNode; goes when the migration has ended.</summary>
    public const string MigratedLabel = "netprofile.io/migrated";

    /// <summary>The one value of <see cref="MigratedLabel"/>.</summary>
    public const string MigratedValue = "true";

    /// <summary>On a NodeNetwork: the UID of the Node that it is about.</summary>
    public const string NodeUidAnnotation = "netprofile.io/node-uid";

    /// <summary>On a NodeNetwork: when its plan was given to it.</summary>
    public const string PlannedAtAnnotation = "netprofile.io/planned-at";

    /// <summary>On the DaemonSet of the node agents: what it was made from.</summary>
    public const string DigestAnnotation = "netprofile.io/digest";

    /// <summary>On everything that the operator makes: the name of the NetworkProfile.</summary>
    public const string ProfileLabel = "netprofile.io/profile";

    /// <summary>On the operator's own objects: which part of it they belong to.</summary>
    public const string ComponentLabel = "app.kubernetes.io/component";

    /// <summary>The value of <see cref="ComponentLabel"/> on the operator's pods.</summary>
    public const string OperatorComponent = "operator";

    /// <summary>On a Helm release's Secret: the digest of plan and values that it was made from.</summary>
    public const string PlanLabel = "netprofile.io/plan";

    /// <summary>On a Helm release's Secret: the UID of the pod whose helm process holds a pending revision.</summary>
    public const string HolderLabel = "netprofile.io/holder";

    public const string Finalizer = "netprofile.io/network";

    /// <summary>The field manager of the operator's server-side apply.</summary>
    public const string FieldManager = "netprofile-operator";

    /// <summary>The field manager of what a migration writes on single nodes.</summary>
    public const string MigrationFieldManager = "netprofile-migration";

    /// <summary>The field manager of the node agent's server-side apply.</summary>
    public const string AgentFieldManager = "netprofile-node-agent";

    public const string ManagedByLabel = "app.kubernetes.io/managed-by";

    public const string ManagedByValue = "netprofile-operator";

    /// <summary>null when none is allowed.</summary>
    public static string? AllowedKnownBadVersion(Meta.V1ObjectMeta metadata) => metadata.Annotations?.GetValueOrDefault(AllowKnownBadVersionAnnotation);

    public static class Actions
    {
        public const string Retry = "retry";

        public const string Rollback = "rollback";

        public const string Continue = "continue";

        public const string Restore = "restore";
    }
}
