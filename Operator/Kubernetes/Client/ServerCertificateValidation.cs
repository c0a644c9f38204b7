using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// Verifies a server against the cluster's own CA bundle: the host name, the whole chain with its dates and its server-auth
/// usage, and an anchor that is in the bundle. Nothing of the system's trust store counts.
/// </summary>
internal sealed class ServerCertificateValidation : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly X509Certificate2Collection _authorities = [];

    public ServerCertificateValidation(byte[] bundle)
    {
        var text = Encoding.ASCII.GetString(bundle);
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            _authorities.ImportFromPem(text);
        }
        else
        {
            _authorities.Add(X509CertificateLoader.LoadCertificate(bundle));
        }

        if (_authorities.Count == 0)
        {
            throw new KubeConfigException("the CA bundle of the cluster has no certificate in it");
        }
    }

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (presented is not null)
        {
            // The intermediates that the server sent along; without them its chain has a hole.
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
            foreach (var element in presented.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        var leaf = certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        return chain.Build(leaf) || EndsInBundledIntermediate(chain);
    }

    public void Dispose()
    {
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>A bundle may anchor at an intermediate, whose own issuer it doesn't have; Go accepts that, .NET calls it partial.</summary>
    private bool EndsInBundledIntermediate(X509Chain chain) =>
        chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.NoError)
        && chain.ChainElements.Count > 0
        && _authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(chain.ChainElements[^1].Certificate.RawDataMemory.Span));
}
