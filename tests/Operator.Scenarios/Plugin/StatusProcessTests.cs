using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Plugin;

/// <summary>`kubectl netprofile status` as a person runs it: the real kubectl, which finds the plugin on PATH, while the operator is at work.</summary>
public sealed class StatusProcessTests
{
    [Fact]
    public async Task Waiting_ends_with_0_when_the_network_is_Ready_and_a_pipe_has_no_escape_codes()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.CreateProfile();
        using var wait = PluginProcess.Start(cluster, "kubectl netprofile status --wait");
        await wait.SaysAsync("no operator has looked at it yet");
        await using var @operator = await InProcessOperator.StartAsync(cluster);

        Assert.Equal(0, await wait.ExitAsync());

        Assert.StartsWith("NetworkProfile cluster: Ready (NetworkReady): Cilium 1.19.5 runs as asked", wait.Output, StringComparison.Ordinal);
        Assert.Contains(" cluster: on its way (Progressing): HelmReleased: helm installs 1.19.5", wait.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', wait.Output + wait.Error);
        Assert.All(wait.Error.TrimEnd('\n').Split('\n'), line => Assert.Matches("^[0-9]{2}:[0-9]{2}:[0-9]{2} cluster: ", line));
    }

    [Fact]
    public async Task Waiting_ends_with_1_and_the_reason_when_the_network_stalls()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.CreateProfile(change: spec => spec["cilium"]!["version"] = "1.19.99");
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        using var wait = PluginProcess.Start(cluster, "kubectl netprofile status --wait");

        Assert.Equal(1, await wait.ExitAsync());

        Assert.Contains("error: NetworkProfile cluster: stalled (", wait.Error, StringComparison.Ordinal);
        Assert.Contains("1.19.99", wait.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', wait.Output + wait.Error);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_at_once_and_leaves_the_terminal_as_it_was()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.CreateProfile();
        using var wait = PluginProcess.Start(cluster, "kubectl netprofile status --wait");
        await wait.SaysAsync("no operator has looked at it yet");
        wait.Signal(PluginProcess.Interrupt);
        Assert.Equal(130, await wait.ExitAsync());
        Assert.Single(wait.Error.TrimEnd('\n').Split('\n'));
        Assert.Empty(wait.Output);

        using var live = PluginProcess.OnTerminal(cluster, "kubectl netprofile status --wait");
        await live.SaysAsync("no operator has looked at it yet");
        await live.PressCtrlCAsync();
        Assert.Equal(130, await live.ExitAsync());
        Assert.Contains("\u001b[", live.Output, StringComparison.Ordinal);
        AssertCursorIsShown(live.Output);

        // Watching has no other end, so that this is no failure.
        using var watch = PluginProcess.OnTerminal(cluster, "kubectl netprofile status --watch");
        await watch.SaysAsync("no operator has looked at it yet");
        await watch.PressCtrlCAsync();
        Assert.Equal(0, await watch.ExitAsync());
        AssertCursorIsShown(watch.Output);
        Assert.DoesNotContain("rror", watch.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_progress_is_drawn_in_place_with_colours_and_bars_until_Ready()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.CreateProfile();
        using var wait = PluginProcess.OnTerminal(cluster, "kubectl netprofile status --wait");
        await wait.SaysAsync("no operator has looked at it yet");
        await using var @operator = await InProcessOperator.StartAsync(cluster);

        Assert.Equal(0, await wait.ExitAsync());

        Assert.Contains("████████████████████", wait.Output, StringComparison.Ordinal);
        Assert.Contains("Ready (NetworkReady)", wait.Output, StringComparison.Ordinal);
        AssertCursorIsShown(wait.Output);

        using var plain = PluginProcess.OnTerminal(cluster, "NO_COLOR=1 kubectl netprofile status");
        Assert.Equal(0, await plain.ExitAsync());
        Assert.DoesNotMatch("\u001b\\[[0-9;]*m", plain.Output);
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_is_no_error()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.CreateProfile();

        var run = await PluginPage.ShellAsync(cluster, "set +o pipefail; kubectl netprofile status | true; for i in 1 2 3; do netprofile completion bash | head -1; done");

        Assert.Equal((0, ""), (run.ExitCode, run.StandardError));
        Assert.Equal(3, run.StandardOutput.TrimEnd('\n').Split('\n').Length);
    }

    private static void AssertCursorIsShown(string output) =>
        Assert.True(output.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) >= output.LastIndexOf("\u001b[?25l", StringComparison.Ordinal), "the cursor stays hidden");
}
