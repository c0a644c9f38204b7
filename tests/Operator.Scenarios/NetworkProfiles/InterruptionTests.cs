using System.Diagnostics;
using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>The operator as a process of its own, killed or stopped while helm is at work.</summary>
public sealed class InterruptionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_operator_killed_in_the_middle_of_an_upgrade_ends_Ready_after_a_restart(bool helmDiesToo)
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        using var first = ChildOperator.Start(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        // Helm's write of the ConfigMap waits, so that the kill comes in the middle for certain.
        var release = new TaskCompletionSource();
        using (cluster.Living.Api.Faults.Hold(new("patch", "configmaps", UserAgent: "Helm"), release.Task))
        {
            cluster.ChangeSpec(spec => spec["bandwidthManager"] = new JsonObject { ["enabled"] = true });
            await cluster.SecretAsync("2 pending-upgrade");
            first.Kill(helmDiesToo);
        }

        release.SetResult();
        using var second = ChildOperator.Start(cluster);
        await cluster.ReadyAsync(2);

        Assert.DoesNotContain(cluster.Revisions(), revision => revision.Contains("pending", StringComparison.Ordinal));
        Assert.Single(cluster.Revisions(), revision => revision.Contains("deployed", StringComparison.Ordinal));
        Assert.Equal("true", (string?)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["enable-bandwidth-manager"]);
    }

    [Fact]
    public async Task SIGTERM_in_the_middle_of_an_upgrade_waits_for_helm_and_hands_over_the_lease()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        using var first = ChildOperator.Start(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        var release = new TaskCompletionSource();
        using (cluster.Living.Api.Faults.Hold(new("patch", "configmaps", UserAgent: "Helm"), release.Task))
        {
            cluster.ChangeSpec(spec => spec["bandwidthManager"] = new JsonObject { ["enabled"] = true });
            await cluster.SecretAsync("2 pending-upgrade");
            first.Terminate();
            Assert.False(first.HasExited);
        }

        release.SetResult();
        Assert.Equal(0, await first.ExitAsync());

        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        var holder = (string?)cluster.Store.Get("leases.coordination.k8s.io", "kube-system", "netprofile-operator")!["spec"]!["holderIdentity"];
        Assert.True(string.IsNullOrEmpty(holder), $"the lease is still held by {holder}");
    }

    /// <summary>bin/netprofile operator.</summary>
    private sealed class ChildOperator(Process process) : IDisposable
    {
        public bool HasExited => process.HasExited;

        public static ChildOperator Start(ScenarioCluster cluster)
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "netprofile"), ["operator", "--health-address", "127.0.0.1:0", "--lease-namespace", "kube-system"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["KUBECONFIG"] = cluster.Kubeconfig, ["NETPROFILE_HELM"] = cluster.Helm, ["NETPROFILE_CHART_CACHE"] = Path.Combine(cluster.Folder, "cache"), ["TMPDIR"] = cluster.Folder },
            };
            var process = new Process { StartInfo = start };
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return new ChildOperator(process);
        }

        /// <summary>kill -9; helm outlives the operator unless it is killed with it.</summary>
        public void Kill(bool tree)
        {
            process.Kill(tree);
            process.WaitForExit();
        }

        public void Terminate() => Assert.Equal(0, Signal.Send(process.Id, Signal.Terminate));

        public async Task<int> ExitAsync()
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode;
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                Kill(tree: true);
            }

            process.Dispose();
        }
    }
}
