using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// The channel protocol of exec: the first byte of each message is the channel. v5 adds channel 255, which closes another one,
/// so that a command which reads stdin to its end finds one; v4 has no such thing. The status comes on channel 3 at the end.
/// </summary>
internal sealed class ExecSession(ClientWebSocket socket)
{
    public const string V5 = "v5.channel.k8s.io";
    public const string V4 = "v4.channel.k8s.io";

    private const byte StandardInput = 0;
    private const byte StandardOutput = 1;
    private const byte StandardError = 2;
    private const byte Error = 3;
    private const byte Close = 255;
    private const int InputChunk = 16 * 1024;

    /// <summary>More than any command here prints; without a bound a broken one could take all memory.</summary>
    private const int MostOutput = 64 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _error = new();
    private readonly ArrayBufferWriter<byte> _status = new();

    public async Task<ExecResult> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        // Both at once: a command may fill its output before it has read its input.
        var sending = SendAsync(input, cancellationToken);
        await ReceiveAsync(cancellationToken);
        try
        {
            await sending;
        }
        catch (Exception e) when (e is (WebSocketException or InvalidOperationException or IOException) && _status.WrittenCount > 0)
        {
            // The command ended without reading all of its input. Its status is what counts.
        }

        return new ExecResult(ExitCode(), Text(_output), Text(_error));
    }

    private async Task SendAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (input.Length == 0)
        {
            return;
        }

        var frame = new byte[1 + InputChunk];
        frame[0] = StandardInput;
        for (var start = 0; start < input.Length; start += InputChunk)
        {
            var chunk = input.Slice(start, Math.Min(InputChunk, input.Length - start));
            chunk.CopyTo(frame.AsMemory(1));
            await socket.SendAsync(frame.AsMemory(0, 1 + chunk.Length), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }

        if (socket.SubProtocol == V5)
        {
            await socket.SendAsync(new byte[] { Close, StandardInput }, WebSocketMessageType.Binary, true, cancellationToken);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            ArrayBufferWriter<byte>? channel = null;
            var begins = true;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await CloseAsync(cancellationToken);
                    return;
                }

                var data = buffer.AsMemory(0, received.Count);
                if (begins && data.Length > 0)
                {
                    channel = Channel(data.Span[0]);
                    data = data[1..];
                    begins = false;
                }

                if (channel is not null)
                {
                    channel.Write(data.Span);
                    if (_output.WrittenCount + _error.WrittenCount > MostOutput)
                    {
                        throw new KubernetesException(new V1Status { Code = 413, Reason = "RequestEntityTooLarge", Message = $"the command printed more than {MostOutput / 1024 / 1024} MiB" });
                    }
                }

                begins |= received.EndOfMessage;
            }
        }
        catch (WebSocketException) when (_status.WrittenCount > 0)
        {
            // Servers may drop the connection without a closing handshake once the status is sent.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (socket.State == WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
    }

    private ArrayBufferWriter<byte>? Channel(byte number) => number switch
    {
        StandardOutput => _output,
        StandardError => _error,
        Error => _status,
        _ => null,
    };

    /// <exception cref="KubernetesException">The command never ran, or the connection ended before it did.</exception>
    private int ExitCode()
    {
        if (_status.WrittenCount == 0)
        {
            throw ApiResponse.Unreachable("the exec connection closed before the command had ended", null);
        }

        V1Status? status;
        try
        {
            status = JsonSerializer.Deserialize(_status.WrittenSpan, ClientJsonContext.Default.V1Status);
        }
        catch (JsonException e)
        {
            throw ApiResponse.Unreadable("the status of an exec", e);
        }

        if (status?.Status == "Success")
        {
            return 0;
        }

        if (status?.Reason == "NonZeroExitCode" && status.Details?["causes"] is JsonArray causes)
        {
            foreach (var cause in causes.OfType<JsonObject>())
            {
                if ((string?)cause["reason"] == "ExitCode" && int.TryParse((string?)cause["message"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
                {
                    return code;
                }
            }
        }

        throw new KubernetesException((status ?? new V1Status { Reason = "Unreadable" }) with { Code = status is null or { Code: 0 } ? 500 : status.Code });
    }

    private static string Text(ArrayBufferWriter<byte> written) => Encoding.UTF8.GetString(written.WrittenSpan);
}
