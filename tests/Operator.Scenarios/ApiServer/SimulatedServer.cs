using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Access;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>An API server for the conformance tests, once per test class.</summary>
public interface IConformanceServer
{
    /// <summary>The administrator's client; skips the test when this server is not to be had.</summary>
    ApiClient Client { get; }
}

public sealed class SimulatedServer : IConformanceServer, IAsyncLifetime
{
    private ApiClient? client;

    public Cluster Cluster { get; private set; } = null!;

    public ApiClient Client => client!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await Cluster.StartAsync();
        client = ClientOf(Cluster, new UserInfo("admin", ["system:masters", "system:authenticated"]));
    }

    /// <summary>A client of any user of a simulated cluster, with a token and the cluster's own certificate authority.</summary>
    public static ApiClient ClientOf(Cluster cluster, UserInfo user)
    {
        var token = cluster.Authenticator.IssueToken(user, TimeSpan.FromDays(1), "test");
        var authority = X509Certificate2.CreateFromPem(cluster.AuthorityPem!);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        var http = new HttpClient(handler) { BaseAddress = cluster.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("conformance/1.0");
        return new ApiClient(http);
    }

    public async ValueTask DisposeAsync()
    {
        client?.Http.Dispose();
        await Cluster.DisposeAsync();
    }
}
