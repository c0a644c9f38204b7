using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetProfile.Crds.Meta;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Hubble;

/// <summary>Reads how long Hubble's certificates are good, never their keys. They change with the release only, and time passes slowly: once a revision and hour is enough.</summary>
internal sealed class HubbleCertificateReader(IKubernetesClient client, TimeProvider clock)
{
    private const string CertificateKey = "tls.crt";

    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    private (HelmReleaseName Release, int Revision, DateTimeOffset At, IReadOnlyList<HubbleCertificate> Found)? _last;

    /// <param name="deployed">The revision that runs; null when there is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<HubbleCertificate>> ReadAsync(HelmRelease? deployed, CancellationToken cancellationToken)
    {
        if (deployed is null || HubbleCertificate.MadeBy(deployed.Values) is not { Count: > 0 } secrets)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        if (_last is { } last && last.Release == deployed.Release && last.Revision == deployed.Revision && now - last.At < s_interval && !last.Found.Any(c => c.IsDue(now)))
        {
            return last.Found;
        }

        var found = new List<HubbleCertificate>();
        foreach (var secret in secrets)
        {
            try
            {
                found.Add(Of(secret, await client.GetAsync<V1Secret>(new NamespacedName(deployed.Release.Namespace, secret), cancellationToken)));
            }
            catch (KubernetesException e) when (e.IsForbidden)
            {
                // Nothing is known then, and nothing is said.
            }
        }

        _last = (deployed.Release, deployed.Revision, now, found);
        return found;
    }

    internal static HubbleCertificate Of(string name, V1Secret? secret)
    {
        if (secret?.Data?.GetValueOrDefault(CertificateKey) is not { } pem)
        {
            return new HubbleCertificate(name, null, null);
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(pem));
            return new HubbleCertificate(name, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        }
        catch (CryptographicException)
        {
            return new HubbleCertificate(name, null, null);
        }
    }
}
