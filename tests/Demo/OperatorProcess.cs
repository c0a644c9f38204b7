using System.Net;
using System.Net.Sockets;
using NetProfile.Processes;

namespace NetProfile.Demo;

/// <summary>The operator as a process of its own, with its log in a file.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ProcessResult> _run;
    private readonly string _log;

    private OperatorProcess(Shell shell, string log)
    {
        Page = new Uri($"http://127.0.0.1:{FreePort()}");
        _log = log;
        var program = Path.Combine(AppContext.BaseDirectory, "netprofile");
        _run = shell.Processes.RunAsync(
            new ProcessSpec
            {
                FileName = "/bin/sh",
                Arguments = ["-c", "log=$1; shift; exec \"$@\" > \"$log\" 2>&1", "sh", log, program, "operator", "--health-address", "127.0.0.1:0", "--status-page-address", Page.Authority],
                Environment = shell.Environment,
                Timeout = TimeSpan.FromDays(1),
                GracePeriod = TimeSpan.FromSeconds(20),
            },
            _stop.Token);
    }

    /// <summary>Where its status page is.</summary>
    public Uri Page { get; }

    /// <summary>Why it ended; null while it runs.</summary>
    public string? Ended => _run.IsCompleted ? $"the operator ended by itself:\n{Tail()}" : null;

    public static OperatorProcess Start(Shell shell, string log) => new(shell, log);

    /// <summary>Free a moment ago; nobody else takes one here.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public string Tail() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(15)) : "";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
