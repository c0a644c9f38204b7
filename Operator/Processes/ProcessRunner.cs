using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace NetProfile.Processes;

/// <summary>
/// Starts children in a session of their own (setsid keeps the process id, since a fresh child leads no group), so that a signal
/// sent to this program's group is not delivered to them: helm is then ended by us, or finishes its work.
/// </summary>
public sealed class ProcessRunner(TimeProvider time) : IProcessRunner
{
    /// <summary>How long a pipe that an orphaned grandchild holds open is waited for after the child itself has ended.</summary>
    private static readonly TimeSpan DrainPeriod = TimeSpan.FromSeconds(5);

    private static readonly Lazy<string?> SetSid = new(() => ExecutablePath.Find("setsid"));

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = ExecutablePath.Find(spec.FileName) ?? throw new ExecutableNotFoundException(spec.FileName);
        using var process = new Process { StartInfo = StartInfo(file, spec) };
        var started = time.GetTimestamp();
        Start(process, spec.FileName);
        var group = new ProcessGroup(process.Id);

        var output = new CapturedText(process.StandardOutput, spec.OutputLimit);
        var error = new CapturedText(process.StandardError, spec.OutputLimit);
        var pipes = Task.WhenAll(output.Completion, error.Completion, FeedAsync(process, spec.StandardInput));

        using var timeout = new CancellationTokenSource(spec.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, group, spec.GracePeriod);
            await DrainAsync(pipes, group);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"'{Path.GetFileName(file)}' did not end within {spec.Timeout.TotalSeconds:0.#} s");
        }

        await DrainAsync(pipes, group);
        return new ProcessResult(process.ExitCode, output.Text, error.Text, time.GetElapsedTime(started))
        {
            OutputTruncated = output.Truncated || error.Truncated,
        };
    }

    private static ProcessStartInfo StartInfo(string file, ProcessSpec spec)
    {
        var info = new ProcessStartInfo
        {
            FileName = SetSid.Value ?? file,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (SetSid.Value is not null)
        {
            info.ArgumentList.Add(file);
        }

        foreach (var argument in spec.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in spec.Environment ?? new Dictionary<string, string?>())
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static void Start(Process process, string fileName)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ExecutableNotFoundException(fileName, e);
        }
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> content)
    {
        try
        {
            await using var stdin = process.StandardInput.BaseStream;
            await stdin.WriteAsync(content);
        }
        catch (IOException)
        {
            // The child ended, or closed its stdin, before it read all; its exit code says what that means.
            return;
        }
    }

    /// <summary>SIGTERM, then SIGKILL; returns when the child is gone and reaped. Not cancellable: this is what cancelling does.</summary>
    private async Task EndAsync(Process process, ProcessGroup group, TimeSpan gracePeriod)
    {
        group.Terminate();
        using var grace = new CancellationTokenSource(gracePeriod, time);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            group.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            return;
        }

        // The child heeded the signal; what it left behind in its group did not.
        group.KillRemaining();
    }

    private async Task DrainAsync(Task pipes, ProcessGroup group)
    {
        try
        {
            await pipes.WaitAsync(DrainPeriod, time);
        }
        catch (TimeoutException)
        {
            group.KillRemaining();
            await Task.WhenAny(pipes, Task.Delay(DrainPeriod, time));
        }
    }
}
