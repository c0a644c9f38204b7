using System.Security.Cryptography;
using NetProfile.Kubernetes.Telemetry;

namespace NetProfile.Kubernetes.Client;

/// <summary>
/// The handler for the identity of the moment. A new client certificate or CA bundle gets a new handler, because a connection
/// keeps the identity it was opened with; the old one ends when its last watch does.
/// </summary>
internal sealed class ConnectionPool(ClientConfiguration configuration, TimeProvider clock, Func<HttpMessageHandler>? handlers, RequestMetrics? metrics) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RereadFile<byte[]>? _authority = configuration.CertificateAuthority is { } authority ? new RereadFile<byte[]>(authority.Read, clock) : null;
    private readonly List<(HttpMessageInvoker Invoker, ServerCertificateValidation? Validation)> _retired = [];
    private (string Key, HttpMessageInvoker Invoker, ServerCertificateValidation? Validation)? _current;

    public HttpMessageInvoker For(ClientCertificate? certificate)
    {
        lock (_lock)
        {
            var bundle = configuration.SkipTlsVerify ? null : _authority?.Get();
            var key = $"{certificate?.Thumbprint}/{(bundle is null ? "" : Convert.ToHexString(SHA256.HashData(bundle)))}";
            if (_current is { } current)
            {
                if (current.Key == key)
                {
                    return current.Invoker;
                }

                Retire(current.Invoker, current.Validation);
            }

            var validation = bundle is null ? null : new ServerCertificateValidation(bundle);
            var handler = handlers?.Invoke() ?? ConnectionFactory.Create(configuration, certificate, validation);
            var invoker = new HttpMessageInvoker(new RequestHandler(handler, clock, metrics), disposeHandler: true);
            _current = (key, invoker, validation);
            return invoker;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_current is { } current)
            {
                _retired.Add((current.Invoker, current.Validation));
                _current = null;
            }

            foreach (var (invoker, validation) in _retired)
            {
                invoker.Dispose();
                validation?.Dispose();
            }

            _retired.Clear();
        }
    }

    /// <summary>Watches last ten minutes at most, and identities change every few hours: one generation back is enough to keep.</summary>
    private void Retire(HttpMessageInvoker invoker, ServerCertificateValidation? validation)
    {
        foreach (var (old, oldValidation) in _retired)
        {
            old.Dispose();
            oldValidation?.Dispose();
        }

        _retired.Clear();
        _retired.Add((invoker, validation));
    }
}
