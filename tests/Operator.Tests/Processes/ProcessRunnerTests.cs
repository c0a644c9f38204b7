using System.Text;
using NetProfile.Operator.Tests.Support;
using NetProfile.Processes;
using Xunit;

namespace NetProfile.Operator.Tests.Processes;

public sealed class ProcessRunnerTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task Output_error_and_exit_code_come_back()
    {
        var result = await RunAsync(Shell("echo out; echo err >&2; exit 3"));

        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, result.StandardOutput, result.StandardError));
    }

    [Fact]
    public async Task Arguments_are_passed_as_they_are()
    {
        var spec = Shell("printf '%s|' \"$@\"");

        var result = await RunAsync(spec with { Arguments = [.. spec.Arguments, "sh", "a b", "", "$HOME", "\"'\n*"] });

        Assert.Equal("a b||$HOME|\"'\n*|", result.StandardOutput);
    }

    [Fact]
    public async Task Standard_input_is_written_and_closed()
    {
        var result = await RunAsync(Shell("cat") with { StandardInput = Encoding.UTF8.GetBytes("grüße") });

        Assert.Equal("grüße", result.StandardOutput);
    }

    [Fact]
    public async Task Child_that_does_not_read_its_input_is_no_failure()
    {
        var result = await RunAsync(Shell("exit 0") with { StandardInput = new byte[4 * 1024 * 1024] });

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Environment_is_added_to_and_taken_from()
    {
        var result = await RunAsync(Shell("echo \"$ADDED-${HOME-none}\"") with { Environment = new Dictionary<string, string?> { ["ADDED"] = "yes", ["HOME"] = null } });

        Assert.Equal("yes-none\n", result.StandardOutput);
    }

    [Theory]
    [InlineData("no-such-program-anywhere")]
    [InlineData("/no/such/file")]
    [InlineData("/etc/passwd")]
    public async Task Program_that_is_absent_or_not_executable_is_named(string file)
    {
        var thrown = await Assert.ThrowsAsync<ExecutableNotFoundException>(() => RunAsync(Shell("") with { FileName = file }));

        Assert.Equal(file, thrown.FileName);
    }

    [Fact]
    public async Task Child_leads_a_session_of_its_own_so_that_our_signals_do_not_reach_it()
    {
        Assert.SkipUnless(ExecutablePath.Find("setsid") is not null, "setsid is not installed");

        var result = await RunAsync(Shell("read -r pid name state parent group session rest < /proc/self/stat; echo $pid $group $session"));

        var ids = result.StandardOutput.Split(' ', StringSplitOptions.TrimEntries);
        Assert.Equal([ids[0], ids[0], ids[0]], ids);
    }

    [Fact]
    public async Task Output_beyond_the_limit_is_dropped_and_the_child_is_not_blocked()
    {
        var result = await RunAsync(Shell("head -c 1000000 /dev/zero | tr '\\0' x") with { OutputLimit = 10 });

        Assert.Equal(("xxxxxxxxxx", true), (result.StandardOutput, result.OutputTruncated));
    }

    [Fact]
    public async Task Cancelling_ends_the_child_and_what_it_started()
    {
        using var cancel = new CancellationTokenSource();
        var pids = new FileInfo(Path.GetTempFileName());

        var running = RunAsync(Shell($"sleep 1000 & echo $$ $! > {pids}; wait"), cancel.Token);
        var started = await ReadPidsAsync(pids);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(() => !started.Any(IsAlive));
        pids.Delete();
    }

    [Fact]
    public async Task Child_that_ignores_SIGTERM_is_killed_after_the_grace_period()
    {
        var pids = new FileInfo(Path.GetTempFileName());
        var spec = Shell($"trap '' TERM; echo $$ > {pids}; while :; do sleep 1; done") with { Timeout = TimeSpan.FromMinutes(1), GracePeriod = TimeSpan.FromSeconds(7) };

        var running = new ProcessRunner(clock).RunAsync(spec, TestContext.Current.CancellationToken);
        var pid = Assert.Single(await ReadPidsAsync(pids));
        clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => clock.PendingTimers > 0);
        Assert.True(IsAlive(pid), "killed before its grace period was over");
        clock.Advance(TimeSpan.FromSeconds(7));

        await Assert.ThrowsAsync<TimeoutException>(() => running);
        Assert.False(IsAlive(pid));
        pids.Delete();
    }

    [Fact]
    public async Task Grandchild_that_keeps_the_pipe_open_does_not_hold_up_the_result()
    {
        var running = RunAsync(Shell("sleep 1000 & echo $!") with { Timeout = TimeSpan.FromDays(49) });
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var result = await running;
        Assert.Equal(0, result.ExitCode);
        await UntilAsync(() => !IsAlive(int.Parse(result.StandardOutput, null)));
    }

    private static ProcessSpec Shell(string script) => new() { FileName = "sh", Arguments = ["-c", script], Timeout = TimeSpan.FromMinutes(1) };

    private Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken? cancellationToken = null) =>
        new ProcessRunner(clock).RunAsync(spec, cancellationToken ?? TestContext.Current.CancellationToken);

    private static async Task<int[]> ReadPidsAsync(FileInfo file)
    {
        string text = "";
        await UntilAsync(() => (text = File.ReadAllText(file.FullName)).EndsWith('\n'));
        return [.. text.Split(' ').Select(pid => int.Parse(pid, null))];
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            // A zombie whose parent is elsewhere (an orphan, until init reaps it) runs no more.
            return !File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
