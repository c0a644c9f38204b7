using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using NetProfile.NodeAgent.Inspection;

namespace NetProfile.NodeAgent.Host;

/// <summary>
/// ICMP echo with "don't fragment" by a raw socket, which the agent may open. The kernel learns the path's MTU from routers on the
/// way (path MTU discovery), and then refuses to send more.
/// </summary>
public sealed class EchoSocket : IEchoSocket
{
    private const int IpLevel = 0;
    private const int Ipv6Level = 41;
    private const int IpMtuDiscover = 10;
    private const int IpMtu = 14;
    private const int Ipv6MtuDiscover = 23;
    private const int Ipv6Mtu = 24;
    private const int Ipv6DontFragment = 62;

    /// <summary>IP_PMTUDISC_DO</summary>
    private const int Discover = 2;

    private const int EchoHeader = 8;

    /// <summary>Nothing is ever sent there.</summary>
    private const int DiscardPort = 9;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly Socket _route;
    private readonly IPEndPoint _peer;
    private readonly TimeProvider _clock;
    private readonly bool _ipv6;
    private readonly ushort _identifier = (ushort)Random.Shared.Next(1, ushort.MaxValue);
    private ushort _sequence;

    public EchoSocket(IPAddress address, TimeProvider clock)
    {
        (_clock, _peer) = (clock, new IPEndPoint(address, DiscardPort));
        _ipv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        _socket = new Socket(address.AddressFamily, SocketType.Raw, _ipv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        _route = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (_ipv6)
            {
                _socket.SetRawSocketOption(Ipv6Level, Ipv6MtuDiscover, BitConverter.GetBytes(Discover));
                _socket.SetRawSocketOption(Ipv6Level, Ipv6DontFragment, BitConverter.GetBytes(1));
            }
            else
            {
                _socket.SetRawSocketOption(IpLevel, IpMtuDiscover, BitConverter.GetBytes(Discover));
            }

            _socket.Connect(new IPEndPoint(address, 0));
        }
        catch (SocketException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _route.Dispose();
    }

    public async Task<EchoAnswer> AskAsync(int packetSize, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(s_patience, _clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        var request = Request(packetSize, ++_sequence);
        var buffer = new byte[ushort.MaxValue];
        try
        {
            await _socket.SendAsync(request, limit.Token);
            while (!IsAnswer(buffer.AsSpan(0, await _socket.ReceiveAsync(buffer, limit.Token))))
            {
                // Somebody else's.
            }

            return EchoAnswer.Answered;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The kernel may have been told by a router, and only remembered it.
            return KnownMtu() is var known && known < packetSize ? new EchoAnswer(false, known) : EchoAnswer.Silence;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            return new EchoAnswer(false, KnownMtu());
        }
    }

    /// <summary>Of the route as it is now: a socket remembers the one that it was connected by.</summary>
    private int KnownMtu()
    {
        _route.Connect(_peer);
        Span<byte> value = stackalloc byte[sizeof(int)];
        _route.GetRawSocketOption(_ipv6 ? Ipv6Level : IpLevel, _ipv6 ? Ipv6Mtu : IpMtu, value);
        return BitConverter.ToInt32(value);
    }

    private byte[] Request(int packetSize, ushort sequence)
    {
        var message = new byte[Math.Max(EchoHeader, packetSize - (_ipv6 ? 40 : 20))];
        message[0] = (byte)(_ipv6 ? 128 : 8);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), _identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), sequence);
        if (!_ipv6)
        {
            // For ICMPv6 the kernel does it, which knows the addresses.
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        }

        return message;
    }

    private bool IsAnswer(ReadOnlySpan<byte> packet)
    {
        var message = _ipv6 || packet.IsEmpty ? packet : packet[Math.Min(packet.Length, (packet[0] & 0xf) * 4)..];
        return message.Length >= EchoHeader
            && message[0] == (_ipv6 ? 129 : 0)
            && BinaryPrimitives.ReadUInt16BigEndian(message[4..]) == _identifier
            && BinaryPrimitives.ReadUInt16BigEndian(message[6..]) == _sequence;
    }

    private static ushort Checksum(ReadOnlySpan<byte> message)
    {
        uint sum = 0;
        for (var i = 0; i < message.Length; i += 2)
        {
            sum += (uint)((message[i] << 8) | (i + 1 < message.Length ? message[i + 1] : 0));
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
