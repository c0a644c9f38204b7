using System.Text.RegularExpressions;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Documentation;

/// <summary>Runs the command blocks of the guides that stand below <c>&lt;!-- test --&gt;</c>, in their order, on a cluster with a Ready profile.</summary>
public sealed partial class GuideCommandsTests
{
    public static TheoryData<string> Pages => ["guide/install.md", "guide/recover.md", "guide/troubleshooting.md", "guide/uninstall.md", "guide/upgrade.md", "guide/values.md", "gitops/README.md"];

    [Fact]
    public async Task Commands_of_the_migration_guide_take_a_cluster_from_Flannel_to_Cilium()
    {
        var blocks = await BlocksAsync("guide/migrate.md");
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithFlannel().WithCoreDns());
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        await PrepareAsync(cluster);

        foreach (var block in blocks)
        {
            await RunAsync(cluster, block);
        }

        Assert.Equal("True", (string?)ScenarioCluster.Condition(cluster.Profile(), "Ready")!["status"]);
        Assert.Null(cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_of_the_guides_work(string page)
    {
        var blocks = await BlocksAsync(page);
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        await PrepareAsync(cluster);

        foreach (var block in blocks)
        {
            await RunAsync(cluster, block);
        }
    }

    private static async Task<List<string>> BlocksAsync(string page)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(HelmBinary.RepositoryRoot(), "docs", page), TestContext.Current.CancellationToken);
        var blocks = Block().Matches(text).Select(match => match.Groups["script"].Value).ToList();
        Assert.NotEmpty(blocks);
        return blocks;
    }

    /// <summary>What a reader of the guides has: the programs on PATH, and the files that the commands name.</summary>
    private static async Task PrepareAsync(ScenarioCluster cluster)
    {
        var kubectl = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "kubectl-1.35", "kubectl");
        Assert.SkipUnless(File.Exists(kubectl), "kubectl 1.35 is not installed: make tools");
        var programs = Directory.CreateDirectory(Path.Combine(cluster.Folder, "bin")).FullName;
        var netprofile = Path.Combine(AppContext.BaseDirectory, "netprofile");
        foreach (var (name, target) in new[] { ("kubectl", kubectl), ("helm", cluster.Helm), ("netprofile", netprofile), ("kubectl-netprofile", netprofile) })
        {
            File.CreateSymbolicLink(Path.Combine(programs, name), target);
        }

        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "site-values.yaml"), "priorityClassName: system-node-critical\n");
        await File.WriteAllTextAsync(
            Path.Combine(cluster.Folder, "profile.yaml"),
            $$"""
            apiVersion: netprofile.io/v1alpha1
            kind: NetworkProfile
            metadata: { name: cluster }
            spec:
              cilium:
                version: 1.19.5
                chart: { repository: "{{cluster.Charts}}" }
              routing: { mode: Tunnel }
              ipam: { mode: ClusterPool, ipv4PodCIDRs: [10.245.0.0/16] }
            """);
    }

    private static async Task RunAsync(ScenarioCluster cluster, string script)
    {
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec
            {
                FileName = "bash",
                Arguments = ["-euo", "pipefail", "-c", $"cd \"$HOME\"\n{script}"],
                Environment = new Dictionary<string, string?>
                {
                    ["HOME"] = cluster.Folder,
                    ["KUBECONFIG"] = cluster.Kubeconfig,
                    ["PATH"] = $"{Path.Combine(cluster.Folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
                },
                Timeout = TimeSpan.FromMinutes(2),
            },
            TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"{script}\n{result.StandardOutput}\n{result.StandardError}");
    }

    [GeneratedRegex("<!-- test -->\n+```sh\n(?<script>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
