using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

public sealed partial class KubernetesClient
{
    private static readonly TimeSpan AfterServerTimeout = TimeSpan.FromSeconds(30);

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var response = await _transport.SendAsync(KubernetesRequest.Watch(T.Entity, options), cancellationToken);
        if (!response.IsSuccess)
        {
            throw response.ToException();
        }

        using var message = response.Open!;
        var silence = LongestSilence(message.Version, options.TimeoutSeconds);
        var lines = PipeReader.Create(await message.Content.ReadAsStreamAsync(cancellationToken));
        try
        {
            yield return new WatchEvent<T>(WatchEventType.Bookmark, null, options.ResourceVersion, null);
            while (await ReadLineAsync(lines, silence, cancellationToken) is { } line)
            {
                // A bookmark comes about once a minute: a quiet cluster is a living one all the same.
                _transport.Contact.Answered();
                if (!line.IsEmpty)
                {
                    yield return ObjectReader.ReadEvent<T>(line);
                }
            }
        }
        finally
        {
            await lines.CompleteAsync();
        }
    }

    /// <summary>Over HTTP/2 the connection's pings find a dead peer; over HTTP/1.1 only silence tells.</summary>
    private TimeSpan? LongestSilence(Version version, int? serverTimeout)
    {
        TimeSpan? end = serverTimeout is { } seconds ? TimeSpan.FromSeconds(seconds) + AfterServerTimeout : null;
        return version.Major >= 2 || (end is { } earlier && earlier < Configuration.WatchIdleTimeout) ? end : Configuration.WatchIdleTimeout;
    }

    /// <returns>null at the end of the stream. A last line without its newline was cut off, and is left out.</returns>
    private async Task<ReadOnlyMemory<byte>?> ReadLineAsync(PipeReader reader, TimeSpan? silence, CancellationToken cancellationToken)
    {
        using var timeout = silence is { } limit ? new CancellationTokenSource(limit, _clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(either.Token);
                var buffer = read.Buffer;
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end).ToArray();
                    reader.AdvanceTo(buffer.GetPosition(1, end));
                    return line.AsMemory().TrimEnd("\r"u8.ToArray());
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw ApiResponse.Unreachable($"the watch was silent for {silence?.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ApiResponse.Unreachable($"the watch broke off: {e.Message}", e);
        }
    }
}
