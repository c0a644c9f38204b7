using System.Threading.Channels;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>One watch on one resource: first what it missed, then what happens.</summary>
public sealed class WatchSubscription : IDisposable
{
    private readonly Channel<Change> channel = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Action<WatchSubscription> detach;

    internal WatchSubscription(Action<WatchSubscription> detach) => this.detach = detach;

    public ChannelReader<Change> Changes => channel.Reader;

    /// <summary>The state at the moment of subscribing, when the subscription was asked to begin with it.</summary>
    public IReadOnlyList<StoredObject> Initial { get; internal set; } = [];

    /// <summary>The resource version up to which this watch knew everything when it started.</summary>
    public long StartRevision { get; internal set; }

    /// <summary>Whether it serves an HTTP client (which faults may cut off) and not an actor.</summary>
    internal bool ForClient { get; set; }

    internal void Offer(Change change) => channel.Writer.TryWrite(change);

    /// <summary>Ends the stream; with <paramref name="error"/> the client is told why.</summary>
    internal void End(Exception? error = null) => channel.Writer.TryComplete(error);

    public void Dispose()
    {
        detach(this);
        channel.Writer.TryComplete();
    }
}
