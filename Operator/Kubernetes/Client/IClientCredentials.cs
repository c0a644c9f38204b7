using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace NetProfile.Kubernetes.Client;

/// <summary>Proof of who we are, asked for before every request; implementations cache.</summary>
public interface IClientCredentials
{
    ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server said 401. Returns true when asking again may give something else.</summary>
    bool Invalidate(ClientCredential rejected);
}

public sealed record ClientCredential
{
    public static ClientCredential None { get; } = new();

    public AuthenticationHeaderValue? Authorization { get; init; }

    public ClientCertificate? Certificate { get; init; }
}

/// <summary>A certificate with its key and the intermediates to send along. Two loads of the same file are the same certificate.</summary>
public sealed class ClientCertificate(X509Certificate2 leaf, X509Certificate2Collection intermediates)
{
    public X509Certificate2 Leaf { get; } = leaf;

    public X509Certificate2Collection Intermediates { get; } = intermediates;

    public string Thumbprint => Leaf.Thumbprint;

    public static ClientCertificate FromPem(string certificate, string key)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificate);
        return new ClientCertificate(X509Certificate2.CreateFromPem(certificate, key), [.. all.Skip(1)]);
    }
}

public sealed class AnonymousCredentials : IClientCredentials
{
    public static AnonymousCredentials Instance { get; } = new();

    public ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken) => new(ClientCredential.None);

    public bool Invalidate(ClientCredential rejected) => false;
}

public sealed class StaticCredentials(AuthenticationHeaderValue authorization) : IClientCredentials
{
    private readonly ClientCredential _credential = new() { Authorization = authorization };

    public ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken) => new(_credential);

    public bool Invalidate(ClientCredential rejected) => false;
}

/// <summary>A client certificate beside a token, for instance.</summary>
public sealed class CombinedCredentials(IReadOnlyList<IClientCredentials> parts) : IClientCredentials
{
    public async ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken)
    {
        var combined = ClientCredential.None;
        foreach (var part in parts)
        {
            var credential = await part.GetAsync(cancellationToken);
            combined = new ClientCredential
            {
                Authorization = combined.Authorization ?? credential.Authorization,
                Certificate = combined.Certificate ?? credential.Certificate,
            };
        }

        return combined;
    }

    public bool Invalidate(ClientCredential rejected)
    {
        var renewed = false;
        foreach (var part in parts)
        {
            renewed |= part.Invalidate(rejected);
        }

        return renewed;
    }
}
