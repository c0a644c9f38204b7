using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes;

/// <summary>Every log message of this folder; event ids 1000 to 1099.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(1000, LogLevel.Warning, "Cannot read {Kind} {Name}; it is left as it was last known: {Error}")]
    public static partial void UnreadableObject(this ILogger logger, string kind, NamespacedName? name, string error);

    [LoggerMessage(1001, LogLevel.Warning, "Listing {Plural} failed, next try in {Delay}: {Error}")]
    public static partial void ListFailed(this ILogger logger, string plural, TimeSpan delay, string error);

    [LoggerMessage(1002, LogLevel.Debug, "The watch of {Plural} ended, next try in {Delay}: {Error}")]
    public static partial void WatchEnded(this ILogger logger, string plural, TimeSpan delay, string error);

    [LoggerMessage(1003, LogLevel.Debug, "The history of {Plural} is gone from the server; listing again")]
    public static partial void WatchExpired(this ILogger logger, string plural);

    [LoggerMessage(1004, LogLevel.Error, "A callback for {Kind} failed")]
    public static partial void CallbackFailed(this ILogger logger, string kind, Exception exception);

    [LoggerMessage(1005, LogLevel.Information, "{Count} {Plural} listed at resource version {ResourceVersion}")]
    public static partial void Synced(this ILogger logger, int count, string plural, string resourceVersion);

    [LoggerMessage(1006, LogLevel.Error, "Following {Plural} failed unexpectedly; beginning again")]
    public static partial void WatchBroken(this ILogger logger, string plural, Exception exception);

    [LoggerMessage(1010, LogLevel.Information, "Controller of {Kind} acts now")]
    public static partial void ControllerActs(this ILogger logger, string kind);

    [LoggerMessage(1011, LogLevel.Information, "Controller of {Kind} no longer acts")]
    public static partial void ControllerRests(this ILogger logger, string kind);

    [LoggerMessage(1012, LogLevel.Debug, "{Kind} {Name} was reconciled in {Elapsed}; again after {RequeueAfter}")]
    public static partial void Reconciled(this ILogger logger, string kind, NamespacedName name, TimeSpan elapsed, TimeSpan? requeueAfter);

    [LoggerMessage(1013, LogLevel.Error, "{Kind} {Name} cannot be reconciled until something changes: {Reason}")]
    public static partial void Terminal(this ILogger logger, string kind, NamespacedName name, string reason, Exception exception);

    [LoggerMessage(1014, LogLevel.Error, "Reconciling {Kind} {Name} failed; it will be tried again")]
    public static partial void ReconcileFailed(this ILogger logger, string kind, NamespacedName name, Exception exception);

    [LoggerMessage(1015, LogLevel.Debug, "{Kind} {Name} changed meanwhile; it will be tried again: {Error}")]
    public static partial void ReconcileConflicted(this ILogger logger, string kind, NamespacedName name, string error);

    [LoggerMessage(1016, LogLevel.Information, "Reconciling {Kind} {Name} was broken off")]
    public static partial void ReconcileCancelled(this ILogger logger, string kind, NamespacedName name);

    [LoggerMessage(1020, LogLevel.Information, "{Identity} leads (lease {Lease})")]
    public static partial void LeaseAcquired(this ILogger logger, string identity, NamespacedName lease);

    [LoggerMessage(1021, LogLevel.Error, "{Identity} lost the lease {Lease}; all acting stops")]
    public static partial void LeaseLost(this ILogger logger, string identity, NamespacedName lease);

    [LoggerMessage(1022, LogLevel.Information, "{Identity} handed the lease {Lease} over")]
    public static partial void LeaseReleased(this ILogger logger, string identity, NamespacedName lease);

    [LoggerMessage(1023, LogLevel.Warning, "The lease {Lease} cannot be taken or renewed: {Error}")]
    public static partial void LeaseFailed(this ILogger logger, NamespacedName lease, string error);

    [LoggerMessage(1024, LogLevel.Information, "The lease {Lease} is held by {Holder}")]
    public static partial void LeaseHeldBy(this ILogger logger, NamespacedName lease, string holder);

    [LoggerMessage(1030, LogLevel.Warning, "Event {Reason} of {Regarding} was not recorded: {Error}")]
    public static partial void EventFailed(this ILogger logger, string reason, string regarding, string error);

    [LoggerMessage(1031, LogLevel.Debug, "Event {Reason} of {Regarding} was dropped: too many of its kind")]
    public static partial void EventDropped(this ILogger logger, string reason, string regarding);
}
