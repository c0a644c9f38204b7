using System.Net;
using System.Net.Sockets;

namespace NetProfile.NodeAgent.Inspection;

/// <param name="Mtu">The largest packet that arrives whole and is answered; null when that couldn't be told.</param>
/// <param name="Message">Why not, or what is odd about it.</param>
public sealed record PathMtu(int? Mtu, string? Message);

/// <summary>
/// How large packets may be on the way to an address, by echo requests that nobody may fragment. A router that says so ends it at
/// once; where too large ones just vanish it is searched for, because that is what hangs connections.
/// </summary>
/// <param name="open">A socket for an address.</param>
public sealed class PathMtuProbe(Func<IPAddress, IEchoSocket> open)
{
    /// <summary>What every way has to carry (RFC 791, RFC 8200).</summary>
    private const int SmallestV4 = 576;

    private const int SmallestV6 = 1280;

    private const int MostHops = 8;

    /// <param name="address">Of the peer.</param>
    /// <param name="linkMtu">Of the device that packets to it leave by.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<PathMtu> MeasureAsync(IPAddress address, int linkMtu, CancellationToken cancellationToken)
    {
        var smallest = address.AddressFamily == AddressFamily.InterNetworkV6 ? SmallestV6 : SmallestV4;
        try
        {
            using var socket = open(address);

            // The first one may have to wait for the neighbour's address.
            if (!(await AskAsync(socket, smallest, cancellationToken)).IsAnswered && !(await AskAsync(socket, smallest, cancellationToken)).IsAnswered)
            {
                return new PathMtu(null, "it doesn't answer ICMP echo requests");
            }

            var limit = Math.Max(linkMtu, smallest);
            for (var hop = 0; hop < MostHops; hop++)
            {
                var answer = await AskAsync(socket, limit, cancellationToken);
                if (answer.IsAnswered)
                {
                    return new PathMtu(limit, null);
                }

                if (answer.TooLargeFor is not { } known || known >= limit || known < smallest)
                {
                    break;
                }

                limit = known;
            }

            return new PathMtu(await SearchAsync(socket, smallest, limit, cancellationToken), "larger packets vanish without a word");
        }
        catch (SocketException e)
        {
            return new PathMtu(null, $"the way to it can't be measured: {e.SocketErrorCode}");
        }
    }

    /// <param name="socket">To the peer.</param>
    /// <param name="arrives">A size that does.</param>
    /// <param name="vanishes">One that doesn't.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private static async Task<int> SearchAsync(IEchoSocket socket, int arrives, int vanishes, CancellationToken cancellationToken)
    {
        while (vanishes - arrives > 1)
        {
            var middle = (arrives + vanishes) / 2;
            if ((await AskAsync(socket, middle, cancellationToken)).IsAnswered)
            {
                arrives = middle;
            }
            else
            {
                vanishes = middle;
            }
        }

        return arrives;
    }

    /// <summary>One lost packet says nothing.</summary>
    private static async Task<EchoAnswer> AskAsync(IEchoSocket socket, int size, CancellationToken cancellationToken) =>
        await socket.AskAsync(size, cancellationToken) is var answer && answer == EchoAnswer.Silence ? await socket.AskAsync(size, cancellationToken) : answer;
}

/// <param name="IsAnswered">It came back.</param>
/// <param name="TooLargeFor">Somebody on the way takes no more than that; null when nobody said so.</param>
public sealed record EchoAnswer(bool IsAnswered, int? TooLargeFor)
{
    public static readonly EchoAnswer Silence = new(false, null);

    public static readonly EchoAnswer Answered = new(true, null);
}

public interface IEchoSocket : IDisposable
{
    /// <summary>Sends one echo request as a packet of that size, headers included, which must not be fragmented.</summary>
    Task<EchoAnswer> AskAsync(int packetSize, CancellationToken cancellationToken);
}
