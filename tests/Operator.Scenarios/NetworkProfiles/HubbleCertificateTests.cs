using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>The chart keeps Hubble's certificates as it finds them, from 1.18 on, until they end.</summary>
public sealed class HubbleCertificateTests
{
    private const string Server = "hubble-server-certs";

    [Fact]
    public async Task Certificates_that_come_to_their_end_are_made_anew_and_no_agent_is_restarted()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using (await InProcessOperator.StartAsync(cluster))
        {
            cluster.CreateProfile();
            await cluster.ReadyAsync();
        }

        var agents = Agents(cluster);
        Replace(cluster, days: 10);
        var old = EndOf(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        await cluster.RevisionAsync(2);
        await cluster.ReadyAsync();

        Assert.True(EndOf(cluster) > old.AddDays(300));
        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        Assert.Equal(agents, Agents(cluster));
    }

    /// <summary>As if the year was nearly over.</summary>
    private static void Replace(ScenarioCluster cluster, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var until = TimeProvider.System.GetUtcNow().AddDays(days);
        using var made = new CertificateRequest("CN=*.default.hubble-grpc.cilium.io", key, HashAlgorithmName.SHA256).CreateSelfSigned(until.AddDays(-365), until);
        cluster.Store.Modify("secrets", "kube-system", Server, secret => secret["data"]!["tls.crt"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(made.ExportCertificatePem())));
    }

    private static DateTimeOffset EndOf(ScenarioCluster cluster)
    {
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String((string)cluster.Store.Get("secrets", "kube-system", Server)!["data"]!["tls.crt"]!)));
        return certificate.NotAfter.ToUniversalTime();
    }

    private static IReadOnlyList<string> Agents(ScenarioCluster cluster) =>
        [.. cluster.Store.List("pods", "kube-system", "k8s-app=cilium").Select(pod => (string)pod["metadata"]!["uid"]!).Order(StringComparer.Ordinal)];
}
