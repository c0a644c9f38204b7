namespace NetProfile.Kubernetes.Controllers;

/// <summary>
/// Brings one object to what it says. The entity is read from the cache when its key is taken from the queue, never from the
/// event that woke us; several events may have become one call, and a call may have no cause that shows.
/// The token is cancelled when the lease is lost, or when shutting down takes too long: stop acting at once.
/// </summary>
public interface IEntityController<in TEntity>
{
    Task<ReconciliationResult> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);
}

/// <summary>
/// Cleans up after an object that is being deleted and has our finalizer.
/// Flow: an object without deletion timestamp and without the finalizer gets it before its first reconcile; one with both is given
/// to <see cref="FinalizeAsync"/> until that says <see cref="ReconciliationResult.Done"/>; then the finalizer is removed.
/// Guarantees: no reconcile before the finalizer is stored, so whatever a reconcile made will be cleaned up; both patches test
/// the resource version, so no other finalizer is lost.
/// Assumptions: cleaning up twice is cleaning up once, since we may die before the finalizer is removed.
/// </summary>
public interface IEntityFinalizer<in TEntity>
{
    /// <returns>Done when nothing is left; Requeue to be asked again.</returns>
    Task<ReconciliationResult> FinalizeAsync(TEntity entity, CancellationToken cancellationToken);
}

/// <summary>What a controller wants next. Failure is an exception; there is no third way.</summary>
public readonly record struct ReconciliationResult(TimeSpan? RequeueAfter)
{
    /// <summary>Nothing to do until something changes.</summary>
    public static ReconciliationResult Done => default;

    public static ReconciliationResult Requeue(TimeSpan after) => new(after);
}

/// <summary>Trying again cannot help; no retry until the object or something watched changes.</summary>
public sealed class TerminalException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}
