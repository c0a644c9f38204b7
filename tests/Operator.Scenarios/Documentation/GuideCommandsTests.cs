using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Helm.Releases;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Operator.Scenarios.Plugin;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Documentation;

/// <summary>Every command in the documentation is run, in the order of the pages, as a reader would who has the programs and a cluster.</summary>
public sealed class GuideCommandsTests
{
    private const string Install = "docs/guide/install.md";
    private const string Migrate = "docs/guide/migrate.md";
    private const string Recover = "docs/guide/recover.md";
    private const string Uninstall = "docs/guide/uninstall.md";
    private const string Upgrade = "docs/guide/upgrade.md";
    private const string NativeRouting = "docs/guide/native-routing.md";
    private const string Chart = "charts/netprofile-operator/README.md";
    private const string BugReport = "kubectl netprofile bugreport";

    /// <summary>What is run elsewhere or nowhere, by its first words, and why.</summary>
    private static readonly (string Page, string Words, string Because)[] s_notHere =
    [
        ("README.md", "make demo", "two minutes of a demonstration whose steps the scenarios of migrations take one by one"),
        ("CONTRIBUTING.md", "make test", "it is what runs this test"),
        (Install, "make image", "docker with buildx and a registry; make image-contents makes what goes into it"),
        ("docs/guide/observability.md", "kubectl -n netprofile-system port-forward", "kubelets that forward ports"),
        (Migrate, "netprofile node inspect", "a node; InspectionTests in Operator.NodeTests runs it on one"),
    ];

    /// <summary>The pages after an installation, in an order that a reader may have.</summary>
    private static readonly string[] s_pages = [Install, "docs/guide/values.md", "docs/guide/troubleshooting.md", "docs/gitops/README.md", Upgrade, NativeRouting, Recover, Chart, Uninstall];

    [Fact]
    public void Every_block_of_commands_in_the_documentation_is_run_by_a_test_or_has_a_reason_not_to_be()
    {
        var all = CommandBlock.All();
        var run = s_pages.Append(Migrate).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(all, block => !run.Contains(block.Page) && !IsElsewhere(block));
        Assert.All(s_notHere, entry => Assert.Single(all, block => block.Page == entry.Page && block.Script.StartsWith(entry.Words, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Commands_of_the_migration_guide_take_a_cluster_from_Flannel_to_Cilium_and_those_of_recovery_back()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithFlannel().WithCoreDns());
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        await WriteAsync(cluster, "profile.yaml", CommandBlock.ProfileOf(Migrate, cluster.Charts));

        foreach (var block in CommandBlock.Of(Migrate).Where(block => !IsElsewhere(block)))
        {
            await RunAsync(cluster, block);
        }

        Assert.Equal("True", (string?)ScenarioCluster.Condition(cluster.Profile(), "Ready")!["status"]);
        Assert.Null(cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds"));

        await RunAsync(cluster, CommandBlock.Of(Recover).Single(IsRestore));
        await cluster.ConditionAsync("Ready", "False", "Restored");
        Assert.NotNull(cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds"));
    }

    [Fact]
    public async Task Commands_of_the_other_guides_install_upgrade_recover_and_uninstall()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var agents = NodeAgents.Start(cluster);
        foreach (var crd in cluster.Store.List("customresourcedefinitions.apiextensions.k8s.io").Select(crd => (string)crd["metadata"]!["name"]!))
        {
            // The chart brings them.
            cluster.Store.Delete("customresourcedefinitions.apiextensions.k8s.io", null, crd);
        }

        Directory.CreateSymbolicLink(Path.Combine(cluster.Charts, "netprofile-operator"), Path.Combine(HelmBinary.RepositoryRoot(), "charts", "netprofile-operator"));
        var profile = CommandBlock.ProfileOf(Install, cluster.Charts);
        await WriteAsync(cluster, "profile.yaml", profile);
        await WriteAsync(cluster, "clusters/prod/network.yaml", profile);
        await WriteAsync(cluster, "site-values.yaml", "priorityClassName: system-node-critical\n");

        InProcessOperator? @operator = null;
        try
        {
            foreach (var block in s_pages.SelectMany(CommandBlock.Of).Where(block => !IsElsewhere(block) && !IsRestore(block)))
            {
                await RunAsync(cluster, await PreparedAsync(cluster, block));
                @operator ??= await InProcessOperator.StartAsync(cluster);
                await AfterAsync(cluster, block);
            }
        }
        finally
        {
            await (@operator?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static bool IsElsewhere(CommandBlock block) => s_notHere.Any(entry => entry.Page == block.Page && block.Script.StartsWith(entry.Words, StringComparison.Ordinal));

    private static bool IsRestore(CommandBlock block) => block.Script.StartsWith("kubectl netprofile restore", StringComparison.Ordinal);

    /// <summary>Brings the cluster to where the page is, and puts this cluster's names into the commands.</summary>
    private static async Task<CommandBlock> PreparedAsync(ScenarioCluster cluster, CommandBlock block)
    {
        switch (block.Page, block.Script.Split('\n')[0])
        {
            case (Install, "kubectl netprofile plan"):
                await TakenOverAsync(cluster);
                return block;
            case (Upgrade, "kubectl netprofile plan"):
                cluster.ChangeSpec(spec => spec["masquerading"] = new JsonObject { ["mode"] = "BPF" });
                var waiting = await cluster.UntilAsync(p => (string?)p["status"]!["phase"] == "AwaitingApproval", "another plan waits");
                return block with { Script = block.Script.Replace("DIGEST", (string)waiting["status"]!["plan"]!["digest"]!, StringComparison.Ordinal) };
            case (Recover, "kubectl -n kube-system delete secret sh.helm.release.v1.cilium.v7"):
                return block with { Script = block.Script.Replace("cilium.v7", await LockedAsync(cluster), StringComparison.Ordinal) };
            case (Recover, BugReport):
                cluster.ChangeSpec(spec => spec["cilium"]!["values"] = JsonNode.Parse("""{"extraEnv":[{"name":"SITE_PASSWORD","value":"hunter2"}]}"""));
                await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "Ready")?["status"] == "True" && (long?)p["status"]!["observedGeneration"] == (long?)p["metadata"]!["generation"], "Ready with the password");
                return block;
            case (Chart, _):
                await RunAsync(cluster, CommandBlock.Of(Uninstall)[0]);
                return block;
            case (Uninstall, var line) when line.Contains("\"deletionPolicy\"", StringComparison.Ordinal):
                await RunAsync(cluster, new CommandBlock(Install, "kubectl apply -f profile.yaml\n"));
                var again = await cluster.UntilAsync(p => (string?)p["status"]?["phase"] is "AwaitingApproval" or "Ready", "it is looked at again");
                if ((string?)again["status"]!["phase"] == "AwaitingApproval")
                {
                    // What was changed since is not in the file.
                    cluster.Approve(again);
                }

                await cluster.ReadyAsync();
                return block;
            default:
                return block with { Script = block.Script.Replace("worker-7", "node3", StringComparison.Ordinal) };
        }
    }

    private static async Task AfterAsync(ScenarioCluster cluster, CommandBlock block)
    {
        switch (block.Page, block.Script.Split('\n')[0])
        {
            case (Install or Upgrade, "kubectl netprofile plan") or (Recover, "kubectl -n kube-system delete secret sh.helm.release.v1.cilium.v7"):
                cluster.Annotate("netprofile.io/requestedAt", "afterwards");
                await cluster.ConditionAsync("HelmReleased", "True", "InSync");
                await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "Ready")?["status"] == "True", "Ready again");
                break;
            case (Recover, "kubectl netprofile suspend"):
                await RunAsync(cluster, new CommandBlock(Upgrade, "kubectl netprofile resume\n"));
                break;
            case (Recover, BugReport):
                var archive = BugReportArchive.In(cluster);
                archive.AssertIsComplete();
                archive.AssertHasNothingOf("hunter2", (string)cluster.Store.List("secrets", "kube-system", "owner=helm,name=cilium")[0]["data"]!["release"]!);
                break;
            case (Uninstall, var line) when line.Contains("\"deletionPolicy\"", StringComparison.Ordinal):
                await cluster.GoneAsync();
                Assert.Empty(cluster.Revisions());
                break;
        }
    }

    /// <summary>The release is somebody else's, and the profile a new one.</summary>
    private static async Task TakenOverAsync(ScenarioCluster cluster)
    {
        await RunAsync(cluster, new CommandBlock(Uninstall, "kubectl delete networkprofile cluster\n"));
        await HelmByHand.UpgradeAsync(cluster, "cilium-1.19.6.tgz", "--reuse-values", "--set", "debug.enabled=true");
        foreach (var secret in cluster.Store.List("secrets", "kube-system", "owner=helm,name=cilium"))
        {
            cluster.Store.Modify("secrets", "kube-system", (string)secret["metadata"]!["name"]!, revision =>
            {
                var labels = revision["metadata"]!["labels"]!.AsObject();
                labels.Select(label => label.Key).Where(key => key.StartsWith("netprofile.io/", StringComparison.Ordinal)).ToList().ForEach(key => labels.Remove(key));
            });
        }

        await RunAsync(cluster, new CommandBlock(Install, "kubectl apply -f profile.yaml\n"));
        await cluster.ConditionAsync("HelmReleased", "False", "Unmanaged");
    }

    /// <summary>A helm of somebody else's has died in the middle of its work.</summary>
    /// <returns>The end of the revision's name.</returns>
    private static async Task<string> LockedAsync(ScenarioCluster cluster)
    {
        var last = cluster.Store.List("secrets", "kube-system", "owner=helm,name=cilium").MaxBy(s => int.Parse((string)s["metadata"]!["labels"]!["version"]!, CultureInfo.InvariantCulture))!;
        var release = ReleasePayload.Decode(Convert.FromBase64String((string)last["data"]!["release"]!), json => JsonNode.Parse(json.Span))!.AsObject();
        var next = (int)release["version"]! + 1;
        (release["version"], release["info"]!["status"]) = (next, "pending-upgrade");
        cluster.Store.Create("secrets", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["type"] = (string)last["type"]!,
            ["metadata"] = new JsonObject
            {
                ["name"] = $"sh.helm.release.v1.cilium.v{next}",
                ["namespace"] = "kube-system",
                ["labels"] = new JsonObject { ["owner"] = "helm", ["name"] = "cilium", ["version"] = $"{next}", ["status"] = "pending-upgrade" },
            },
            ["data"] = new JsonObject { ["release"] = Convert.ToBase64String(ReleasePayload.Encode(Encoding.UTF8.GetBytes(release.ToJsonString()))) },
        });
        cluster.Annotate("netprofile.io/requestedAt", "while it is locked");
        await cluster.ConditionAsync("HelmReleased", "False", "Locked");
        return $"cilium.v{next}";
    }

    private static async Task WriteAsync(ScenarioCluster cluster, string file, string text)
    {
        var path = Path.Combine(cluster.Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
    }

    private static async Task RunAsync(ScenarioCluster cluster, CommandBlock block)
    {
        var result = await PluginPage.ShellAsync(cluster, block.Script, cluster.Patience);
        Assert.True(result.ExitCode == 0, $"{block.Page}\n{block.Script}\n{result.StandardOutput}\n{result.StandardError}");
    }
}
