using System.Diagnostics;
using System.Text;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>A program that a person starts and may interrupt, with what it says as it says it.</summary>
internal sealed class PluginProcess : IDisposable
{
    public const int Interrupt = 2;

    private readonly Process _process;
    private readonly Transcript _output;
    private readonly Transcript _error;

    private PluginProcess(Process process) => (_process, _output, _error) = (process, new Transcript(process.StandardOutput), new Transcript(process.StandardError));

    public string Output => _output.Text;

    public string Error => _error.Text;

    /// <summary>In pipes. Tests may run where SIGINT is ignored, and a program inherits that; a person's shell has the default.</summary>
    public static PluginProcess Start(ScenarioCluster cluster, string command) =>
        Start(cluster.Folder, PluginPage.Environment(cluster), "env", ["--default-signal=INT", .. command.Split(' ')]);

    public static PluginProcess OnTerminal(ScenarioCluster cluster, string command) => OnTerminal(cluster.Folder, PluginPage.Environment(cluster), command);

    /// <summary>On a terminal of 100 columns, which is the program's standard input, output and error.</summary>
    public static PluginProcess OnTerminal(string folder, IReadOnlyDictionary<string, string?> environment, string command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "no `script`, which makes a terminal (apt-get install bsdutils)");
        return Start(folder, environment, "script", ["--quiet", "--return", "--flush", "--command", $"stty cols 100 rows 50; exec env --default-signal=INT {command}", "/dev/null"]);
    }

    private static PluginProcess Start(string folder, IReadOnlyDictionary<string, string?> environment, string file, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        var process = new Process { StartInfo = start };
        process.Start();
        return new PluginProcess(process);
    }

    /// <summary>Waits until it has said this on either stream.</summary>
    public Task SaysAsync(string text) => Task.WhenAny(_output.HasAsync(text), _error.HasAsync(text)).Unwrap();

    public void Signal(int signal) => Assert.Equal(0, Support.Signal.Send(_process.Id, signal));

    /// <summary>Presses Ctrl-C on its terminal.</summary>
    public Task PressCtrlCAsync() => TypeAsync("\u0003");

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    public async Task<int> ExitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        await _process.WaitForExitAsync(limit.Token);
        await Task.WhenAll(_output.End, _error.End);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private sealed class Transcript
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new();
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Transcript(StreamReader reader) => End = ReadAsync(reader);

        public Task End { get; }

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return _text.ToString();
                }
            }
        }

        public async Task HasAsync(string text)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(90));
            while (true)
            {
                Task more;
                lock (_lock)
                {
                    if (_text.ToString().Contains(text, StringComparison.Ordinal))
                    {
                        return;
                    }

                    more = _more.Task;
                }

                await more.WaitAsync(limit.Token);
            }
        }

        private async Task ReadAsync(StreamReader reader)
        {
            var buffer = new char[4096];
            while (await reader.ReadAsync(buffer) is > 0 and var count)
            {
                TaskCompletionSource said;
                lock (_lock)
                {
                    _text.Append(buffer, 0, count);
                    (said, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                said.SetResult();
            }
        }
    }
}
