using System.Net;
using System.Net.Sockets;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>A way to the API server that can be cut: connections end, new ones are refused, as in an outage of the network.</summary>
internal sealed class CuttablePath : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;
    private bool _isCut;

    private CuttablePath(Uri server, string kubeconfig)
    {
        (_server, Kubeconfig) = (server, kubeconfig);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Kubeconfig { get; }

    public static async Task<CuttablePath> StartAsync(ScenarioCluster cluster)
    {
        var kubeconfig = Path.Combine(cluster.Folder, "kubeconfig-cuttable");
        var path = new CuttablePath(cluster.Living.Api.Url, kubeconfig);
        var text = await File.ReadAllTextAsync(cluster.Kubeconfig, TestContext.Current.CancellationToken);
        var port = ((IPEndPoint)path._listener.LocalEndpoint).Port;
        await File.WriteAllTextAsync(kubeconfig, text.Replace($":{path._server.Port}", $":{port}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        return path;
    }

    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            _open.ForEach(socket => socket.Close(0));
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_lock)
        {
            _isCut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptSocketAsync();
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
            lock (_lock)
            {
                if (_isCut)
                {
                    near.Close(0);
                    far.Dispose();
                    continue;
                }

                _open.Add(near);
                _open.Add(far);
            }

            _ = JoinAsync(near, far);
        }
    }

    private async Task JoinAsync(Socket near, Socket far)
    {
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port);
            await using var left = new NetworkStream(near, ownsSocket: true);
            await using var right = new NetworkStream(far, ownsSocket: true);
            await Task.WhenAny(left.CopyToAsync(right), right.CopyToAsync(left));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // One of the two ended it.
        }
    }
}
