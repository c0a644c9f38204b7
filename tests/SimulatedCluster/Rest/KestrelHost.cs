using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using NetProfile.SimulatedCluster.Access;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>Kestrel on loopback, TLS with optional client certificates, HTTP/1.1 (WebSocket) and HTTP/2 (everything else).</summary>
internal static class KestrelHost
{
    public static WebApplication Build(int port, Certificates? certificates, Faults faults)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Use(next => connection => faults.ConnectionAsync(connection, next));
                if (certificates is not null)
                {
                    listen.UseHttps(new HttpsConnectionAdapterOptions
                    {
                        ServerCertificate = certificates.Server,
                        ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                        ClientCertificateValidation = (certificate, _, _) => certificates.Signed(certificate),
                    });
                }
            });
        });
        return builder.Build();
    }
}
