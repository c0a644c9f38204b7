using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Plugin;

/// <summary>The completion scripts in the shells that they are for, by the Tab key where the shell has no other way.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netprofile-completion-").FullName;

    public CompletionTests()
    {
        foreach (var name in new[] { "netprofile", "kubectl-netprofile" })
        {
            File.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine(AppContext.BaseDirectory, "netprofile"));
        }
    }

    private Dictionary<string, string?> Environment => new() { ["HOME"] = _folder, ["PATH"] = $"{_folder}:{System.Environment.GetEnvironmentVariable("PATH")}", ["PS1"] = "$ ", ["INPUTRC"] = "/dev/null" };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bash", "--norc --noprofile -i", "source <(netprofile completion bash)")]
    [InlineData("zsh", "-f -i", "autoload -Uz compinit && compinit -u -D; source <(netprofile completion zsh)")]
    public async Task Tab_completes_verbs_options_and_values(string shell, string flags, string setUp)
    {
        Assert.SkipUnless(ExecutablePath.Find(shell) is not null, $"no {shell} (apt-get install {shell})");
        using var terminal = PluginProcess.OnTerminal(_folder, Environment, $"{shell} {flags}");

        // What a shell echoes of the line itself doesn't count, but what it makes of it.
        await terminal.TypeAsync($"{setUp}\necho set-up-$((40 + 2))\n");
        await terminal.SaysAsync("set-up-42");
        await terminal.TypeAsync("netprofile complet\tba\t | head -1 | tr a-z A-Z\n");
        await terminal.SaysAsync("# SOURCE <(NETPROFILE COMPLETION BASH)");
        await terminal.TypeAsync("netprofile status --wa\t\t");
        await terminal.SaysAsync("--watch");
    }

    [Fact]
    public async Task Fish_completes_verbs_options_and_values()
    {
        Assert.SkipUnless(ExecutablePath.Find("fish") is not null, "no fish (apt-get install fish)");

        Assert.Equal("history", await FishAsync("netprofile histo"));
        Assert.Equal("--wait\n--watch", await FishAsync("netprofile status --wa"));
        Assert.Equal("fish", await FishAsync("kubectl-netprofile completion fi"));
    }

    [Fact]
    public async Task Kubectl_completes_the_plugin_by_the_script_that_is_named_in_ours()
    {
        var kubectl = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "kubectl-1.35", "kubectl");
        Assert.SkipUnless(File.Exists(kubectl), "kubectl 1.35 is not installed: make tools");
        var script = await RunAsync("netprofile", ["completion", "bash"]);
        var lines = script.Split('\n').SkipWhile(line => !line.StartsWith("#   #!", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith("#   ", StringComparison.Ordinal)).Select(line => line[4..]);
        var file = Path.Combine(_folder, "kubectl_complete-netprofile");
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var output = await RunAsync(kubectl, ["__complete", "netprofile", "histo"]);

        Assert.Equal("history", output.Split('\n')[0]);
    }

    private async Task<string> FishAsync(string line) =>
        (await RunAsync("fish", ["--no-config", "-c", $"netprofile completion fish | source; complete -C '{line}'"])).TrimEnd('\n');

    private async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var path = program == "netprofile" ? Path.Combine(_folder, program) : program;
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec { FileName = path, Arguments = arguments, Environment = Environment, Timeout = TimeSpan.FromSeconds(60) }, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.StandardError);
        return result.StandardOutput;
    }
}
