using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Pods;

/// <summary>
/// The remote-command protocol over WebSocket: the first byte of a message is its channel (0 stdin, 1 stdout, 2 stderr,
/// 3 the final status); v5 adds 255, which closes a channel.
/// </summary>
internal sealed class ExecSocket : IAsyncDisposable
{
    private static readonly string[] Known = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(5);
    private readonly WebSocket socket;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly Pipe input = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task receiving;

    public ExecSocket(WebSocket socket, string protocol, bool wantsInput)
    {
        this.socket = socket;
        if (!wantsInput)
        {
            input.Writer.Complete();
        }

        receiving = ReceiveAsync(protocol, wantsInput);
    }

    public Stream Input => input.Reader.AsStream();

    public static string? Choose(IList<string> offered) => Known.FirstOrDefault(offered.Contains);

    public Stream Output(byte channel) => new ChannelStream(this, channel);

    public async Task FinishAsync(JsonObject status, CancellationToken cancellationToken)
    {
        await SendAsync(3, JsonText.ToUtf8(status), cancellationToken);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);

        // Leaving before the client has answered resets the connection, and what it has not read yet is lost.
        await receiving.WaitAsync(ClosingTime, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await receiving;
        stop.Dispose();
        sending.Dispose();
    }

    private async Task ReceiveAsync(string protocol, bool wantsInput)
    {
        var buffer = new byte[32 * 1024];
        var open = wantsInput;
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await socket.ReceiveAsync(buffer.AsMemory(), stop.Token);
                    message.Write(buffer, 0, received.Count);
                }
                while (!received.EndOfMessage);

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var bytes = message.ToArray();
                if (open && bytes is [0, ..])
                {
                    await input.Writer.WriteAsync(bytes.AsMemory(1), stop.Token);
                }
                else if (open && protocol == Known[0] && bytes is [255, 0])
                {
                    open = false;
                    await input.Writer.CompleteAsync();
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The connection is over; the command sees the end of its input.
        }

        await input.Writer.CompleteAsync();
    }

    private async Task SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        await sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, cancellationToken);
        }
        finally
        {
            sending.Release();
        }
    }

    private sealed class ChannelStream(ExecSocket owner, byte channel) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) =>
            owner.SendAsync(channel, buffer.AsMemory(offset, count), CancellationToken.None).GetAwaiter().GetResult();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(owner.SendAsync(channel, buffer, cancellationToken));

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            owner.SendAsync(channel, buffer.AsMemory(offset, count), cancellationToken);
    }
}
