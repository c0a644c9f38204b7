using System.Net.Http.Headers;
using System.Text;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// A bearer token that the kubelet replaces before it expires. Read again every minute, as client-go does; a file that cannot
/// be read for a moment (it is swapped by a symlink) leaves the last token in use.
/// </summary>
public sealed class TokenFileCredentials(string path, TimeProvider clock) : IClientCredentials
{
    private readonly RereadFile<ClientCredential> _file = new(
        () => new ClientCredential { Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(path).Trim()) },
        clock);

    public ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken) => new(_file.Get());

    public bool Invalidate(ClientCredential rejected)
    {
        _file.Forget();
        return _file.Get().Authorization != rejected.Authorization;
    }
}

/// <summary>A client certificate from files or from data in the kubeconfig; files are read again every minute.</summary>
public sealed class CertificateCredentials(FileOrData certificate, FileOrData key, TimeProvider clock) : IClientCredentials
{
    private readonly RereadFile<ClientCredential> _file = new(
        () => new ClientCredential { Certificate = ClientCertificate.FromPem(Encoding.UTF8.GetString(certificate.Read()), Encoding.UTF8.GetString(key.Read())) },
        clock);

    public ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken) => new(_file.Get());

    public bool Invalidate(ClientCredential rejected)
    {
        _file.Forget();
        return _file.Get().Certificate?.Thumbprint != rejected.Certificate?.Thumbprint;
    }
}

/// <summary>A value made from files, made again once a minute; while that fails the last one stays.</summary>
internal sealed class RereadFile<T>(Func<T> read, TimeProvider clock)
    where T : class
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private T? _value;
    private long _readAt;
    private bool _stale;

    public T Get()
    {
        lock (_lock)
        {
            if (_value is null || _stale || clock.GetElapsedTime(_readAt) >= Age)
            {
                try
                {
                    _value = read();
                    _stale = false;
                }
                catch (Exception e) when (_value is not null && e is (IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException))
                {
                    // A half-written certificate or a missing file: what we have may still be good, the next minute tries again.
                    _stale = false;
                }

                _readAt = clock.GetTimestamp();
            }

            return _value;
        }
    }

    public void Forget()
    {
        lock (_lock)
        {
            _stale = true;
        }
    }
}
