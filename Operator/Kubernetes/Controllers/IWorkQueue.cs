namespace NetProfile.Kubernetes.Controllers;

/// <summary>
/// client-go's queue: a key that waits already is not added again; a key that is being worked on waits until it is done, so that
/// no two workers ever have the same one.
/// </summary>
public interface IWorkQueue<TKey>
    where TKey : notnull
{
    void Add(TKey key);

    /// <summary>Of several delays for one key the earliest counts.</summary>
    void AddAfter(TKey key, TimeSpan delay);

    /// <summary>After a delay that grows with each call until <see cref="Forget"/>.</summary>
    void AddRateLimited(TKey key);

    /// <exception cref="WorkQueueShutDownException">Shut down, and nothing is left.</exception>
    ValueTask<TKey> GetAsync(CancellationToken cancellationToken);

    void Forget(TKey key);

    /// <summary>Must follow every <see cref="GetAsync"/>; a key that was added meanwhile comes again.</summary>
    void Done(TKey key);
}

public sealed class WorkQueueShutDownException() : Exception("the work queue is shut down");
