using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>kube-apiserver and etcd from the folder that KUBEBUILDER_ASSETS names, on loopback, as envtest starts them.</summary>
public sealed class RealServer : IConformanceServer, IAsyncLifetime
{
    private const string Token = "conformance-admin-token";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"apiserver-{Guid.NewGuid():N}");
    private readonly List<Process> processes = [];
    private ApiClient? client;

    public ApiClient Client
    {
        get
        {
            Assert.SkipUnless(client is not null, "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd");
            return client;
        }
    }

    private static string? Assets => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } path
        && File.Exists(Path.Combine(path, "kube-apiserver")) && File.Exists(Path.Combine(path, "etcd")) ? path : null;

    public async ValueTask InitializeAsync()
    {
        if (Assets is not { } assets)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var (etcd, peer, secure) = (FreePort(), FreePort(), FreePort());
        Start(Path.Combine(assets, "etcd"), "--data-dir", Path.Combine(folder, "etcd"), "--listen-client-urls", $"http://127.0.0.1:{etcd}", "--advertise-client-urls", $"http://127.0.0.1:{etcd}",
            "--listen-peer-urls", $"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}", "--initial-cluster", $"default=http://127.0.0.1:{peer}", "--unsafe-no-fsync");
        using (var key = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "sa.key"), key.ExportRSAPrivateKeyPem());
            await File.WriteAllTextAsync(Path.Combine(folder, "sa.pub"), key.ExportSubjectPublicKeyInfoPem());
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "tokens.csv"), $"{Token},admin,admin,system:masters\n");
        Start(Path.Combine(assets, "kube-apiserver"), "--etcd-servers", $"http://127.0.0.1:{etcd}", "--cert-dir", Path.Combine(folder, "certs"), "--bind-address", "127.0.0.1", "--secure-port", $"{secure}",
            "--authorization-mode", "RBAC", "--token-auth-file", Path.Combine(folder, "tokens.csv"), "--service-account-issuer", "https://kubernetes.default.svc.cluster.local",
            "--service-account-key-file", Path.Combine(folder, "sa.pub"), "--service-account-signing-key-file", Path.Combine(folder, "sa.key"), "--service-cluster-ip-range", "10.96.0.0/16",
            "--disable-admission-plugins", "ServiceAccount", "--allow-privileged", "--endpoint-reconciler-type", "none");

        // The certificate is made by the server itself, in its own folder.
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        var http = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{secure}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("conformance/1.0");
        client = new ApiClient(http);
        await ReadyAsync(http);
    }

    public async ValueTask DisposeAsync()
    {
        client?.Http.Dispose();
        foreach (var process in Enumerable.Reverse(processes))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ReadyAsync(HttpClient http)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await tick.WaitForNextTickAsync(limit.Token))
        {
            try
            {
                using var ready = await http.GetAsync(new Uri("/readyz", UriKind.Relative), limit.Token);
                using var home = await http.GetAsync(new Uri("/api/v1/namespaces/default", UriKind.Relative), limit.Token);
                if (ready.IsSuccessStatusCode && home.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    private void Start(string file, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        process.Start();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
    }
}
