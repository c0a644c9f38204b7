using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// Handlers whose connections notice that the network has gone away under them: HTTP/2 pings, TCP keepalive, and a limit on
/// how long sent data may stay unacknowledged. A dead path is found out in about half a minute instead of a quarter of an hour.
/// </summary>
internal static class ConnectionFactory
{
    private const int TcpUserTimeout = 18;
    private const int TcpProtocol = 6;

    public static SocketsHttpHandler Create(ClientConfiguration configuration, ClientCertificate? certificate, ServerCertificateValidation? validation)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = true,
            Proxy = configuration.Proxy is { } proxy ? new WebProxy(proxy) { Credentials = new ProxyUserInfo() } : new EnvironmentProxy(Environment.GetEnvironmentVariable),
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions(),
        };

        if (configuration.SkipTlsVerify)
        {
            // The person who wrote insecure-skip-tls-verify asked for exactly this.
#pragma warning disable CA5359
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (validation is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = validation.Validate;
        }

        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Leaf, certificate.Intermediates, offline: true);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(TcpProtocol, TcpUserTimeout, BitConverter.GetBytes(30_000));
            }

            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
