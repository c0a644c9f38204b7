using System.Threading.Channels;

namespace NetProfile.Hosting.StatusPage;

/// <summary>
/// Tells every browser of each change, at most once a second: the document is made once for all of them, and not at all while
/// nobody looks.
/// </summary>
internal sealed class PageFeed(PageState state, TimeProvider clock) : BackgroundService
{
    /// <summary>Each costs a connection and, on a large cluster, some hundred kilobytes a change.</summary>
    private const int MostReaders = 32;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<Channel<byte[]>> _readers = [];
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The document as it is, then each later one; of several only the newest counts for one who is slow. null: too many look already.</summary>
    public Channel<byte[]>? TryJoin()
    {
        var reader = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_readers.Count >= MostReaders)
            {
                return null;
            }

            _readers.Add(reader);
        }

        reader.Writer.TryWrite(state.Document());
        return reader;
    }

    public void Leave(Channel<byte[]> reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var registrations = state.Watch(() => _changed.Writer.TryWrite(true));
        byte[] last = [];
        try
        {
            while (await _changed.Reader.ReadAsync(stoppingToken))
            {
                if (HasReaders() && state.Document() is var document && !document.AsSpan().SequenceEqual(last))
                {
                    last = document;
                    Tell(document);
                }

                await Task.Delay(s_interval, clock, stoppingToken);
            }
        }
        finally
        {
            foreach (var registration in registrations)
            {
                registration.Dispose();
            }
        }
    }

    private bool HasReaders()
    {
        lock (_lock)
        {
            return _readers.Count > 0;
        }
    }

    private void Tell(byte[] document)
    {
        lock (_lock)
        {
            foreach (var reader in _readers)
            {
                reader.Writer.TryWrite(document);
            }
        }
    }
}
