using System.Net.Http.Headers;
using System.Text.Json;
using NetProfile.Processes;

namespace NetProfile.Kubernetes.Client;

internal sealed record ExecPlugin
{
    public required string ApiVersion { get; init; }

    public required string Command { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    public string? InstallHint { get; init; }

    /// <summary>null unless the plugin asked for it (provideClusterInfo).</summary>
    public ExecCluster? Cluster { get; init; }
}

/// <summary>
/// client.authentication.k8s.io: a program that prints an ExecCredential. It runs when there is no credential, when the one at
/// hand has expired, or when the server refused it; one run at a time, and its answer serves every request after it.
/// </summary>
internal sealed class ExecCredentials(ExecPlugin plugin, IProcessRunner processes, TimeProvider clock) : IClientCredentials, IDisposable
{
    private static readonly TimeSpan PluginTimeout = TimeSpan.FromMinutes(1);

    /// <summary>A credential that is about to expire is asked for anew, so that no request is sent with a dead one.</summary>
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Held? _held;

    public async ValueTask<ClientCredential> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh(_held) is { } credential)
        {
            return credential;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Fresh(_held) is { } meanwhile)
            {
                return meanwhile;
            }

            var held = await RunAsync(cancellationToken);
            _held = held;
            return held.Credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    public bool Invalidate(ClientCredential rejected)
    {
        var held = _held;
        if (held is not null && held.Credential.Authorization == rejected.Authorization && held.Credential.Certificate?.Thumbprint == rejected.Certificate?.Thumbprint)
        {
            _held = null;
        }

        return true;
    }

    public void Dispose() => _gate.Dispose();

    private ClientCredential? Fresh(Held? held) =>
        held is not null && (held.Expires is not { } expires || clock.GetUtcNow() + ExpiryMargin < expires) ? held.Credential : null;

    private async Task<Held> RunAsync(CancellationToken cancellationToken)
    {
        var request = new ExecCredential
        {
            ApiVersion = plugin.ApiVersion,
            Spec = new ExecCredentialSpec { Interactive = false, Cluster = plugin.Cluster },
        };
        var environment = new Dictionary<string, string?>(plugin.Environment)
        {
            ["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(request, ClientJsonContext.Default.ExecCredential),
        };

        ProcessResult result;
        try
        {
            result = await processes.RunAsync(
                new ProcessSpec { FileName = plugin.Command, Arguments = plugin.Arguments, Environment = environment, Timeout = PluginTimeout },
                cancellationToken);
        }
        catch (ExecutableNotFoundException e)
        {
            var hint = plugin.InstallHint is null ? "" : $"; {plugin.InstallHint.Trim()}";
            throw new KubeConfigException($"the credential plugin '{plugin.Command}' was not found{hint}", e);
        }
        catch (TimeoutException e)
        {
            throw new KubeConfigException($"the credential plugin '{plugin.Command}' did not answer in {PluginTimeout.TotalSeconds:0} s", e);
        }

        return result.ExitCode == 0
            ? Read(result.StandardOutput)
            : throw new KubeConfigException($"the credential plugin '{plugin.Command}' failed with exit code {result.ExitCode}: {result.StandardError.Trim()}");
    }

    private Held Read(string output)
    {
        ExecCredential? answer;
        try
        {
            answer = JsonSerializer.Deserialize(output, ClientJsonContext.Default.ExecCredential);
        }
        catch (JsonException e)
        {
            throw new KubeConfigException($"the credential plugin '{plugin.Command}' did not print an ExecCredential", e);
        }

        if (answer?.ApiVersion != plugin.ApiVersion)
        {
            throw new KubeConfigException($"the credential plugin '{plugin.Command}' is configured for {plugin.ApiVersion} and answered {answer?.ApiVersion}");
        }

        var status = answer.Status;
        var certificate = status is { ClientCertificateData: { Length: > 0 } pem, ClientKeyData: { Length: > 0 } key } ? ClientCertificate.FromPem(pem, key) : null;
        if (string.IsNullOrEmpty(status?.Token) && certificate is null)
        {
            throw new KubeConfigException($"the credential plugin '{plugin.Command}' gave neither a token nor a client certificate");
        }

        return new Held(
            new ClientCredential
            {
                Authorization = string.IsNullOrEmpty(status!.Token) ? null : new AuthenticationHeaderValue("Bearer", status.Token),
                Certificate = certificate,
            },
            status.ExpirationTimestamp);
    }

    private sealed record Held(ClientCredential Credential, DateTimeOffset? Expires);
}
