using NetProfile.Processes;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Charts;
using Spectre.Console;

namespace NetProfile.Demo;

/// <summary>
/// What a user would do, on a simulated cluster: the unmodified kubectl applies, the operator runs as its own process, the real
/// helm installs. Nothing is shown that was not read back from the API server.
/// </summary>
internal sealed class DemoRun(DemoOptions options)
{
    private const string Version = "1.19.6";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(55);

    private readonly TimeProvider _clock = TimeProvider.System;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("netprofile-demo-").FullName;
        try
        {
            return await RunAsync(folder, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            AnsiConsole.WriteLine("stopped");
            return 130;
        }
        catch (DemoException e)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]The demo fell short:[/] {e.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var tools = Tools.Find();
        await using var cluster = await new ClusterBuilder()
            .WithNodes(options.Nodes)
            .WithKubeProxy()
            .WithTimings(new ActorTimings { LeaseRenewal = TimeSpan.FromSeconds(10) }.Scaled(1 / options.Speed))
            .StartAsync(cancellationToken);
        cluster.RunInBackground();
        await using var repository = await ChartRepository.StartAsync(ChartPackage.AllCilium(), cancellationToken);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        cluster.Api.WriteKubeconfig(kubeconfig);
        var shell = new Shell(new ProcessRunner(_clock), tools, kubeconfig);
        Title($"A simulated cluster of {options.Nodes} nodes");
        AnsiConsole.WriteLine(await shell.KubectlAsync(["get", "nodes"], cancellationToken));

        Title("What Flannel left on each node, after somebody deleted its DaemonSet");
        cluster.LeaveFlannelTraces();
        CleaningReport.ShowTraces(cluster);
        await using var agents = DemoAgents.Start(cluster, kubeconfig, _clock);
        await using var @operator = OperatorProcess.Start(shell, Path.Combine(folder, "operator.log"));
        Title("kubectl apply: the CRDs, and a NetworkProfile");
        await shell.KubectlApplyAsync(string.Join("\n---\n", Crds.CrdManifests.All.Select(crd => crd.Yaml)), cancellationToken);
        await shell.KubectlAsync(["wait", "--for=condition=Established", "crd/networkprofiles.netprofile.io", "--timeout=20s"], cancellationToken);
        var profile = DemoProfile.Tunnel(Version, repository.Url);
        AnsiConsole.MarkupLineInterpolated($"[grey]{profile}[/]");
        AnsiConsole.WriteLine(await shell.KubectlApplyAsync(profile, cancellationToken));

        Title("What the operator does (conditions as they change)");
        await new ConditionWatch(cluster, @operator, _clock).UntilReadyAsync(s_limit, cancellationToken);

        Title("What was removed from the nodes before Cilium came");
        CleaningReport.ShowResults(cluster);
        Title("kubectl get netprof, helm history");
        AnsiConsole.WriteLine(await shell.KubectlAsync(["get", "netprof"], cancellationToken));
        AnsiConsole.WriteLine(await shell.HelmAsync(["history", "cilium", "-n", "kube-system"], cancellationToken));
        Title("Features, as wanted and as reported");
        FeatureTable.Show(cluster);
        AnsiConsole.MarkupLine("[green]Ready=True[/]");
        if (options.Keep)
        {
            await KeepAsync(tools, kubeconfig, repository.Url, cancellationToken);
        }

        return 0;
    }

    private async Task KeepAsync(Tools tools, string kubeconfig, Uri repository, CancellationToken cancellationToken)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine($"""
            Left running; Ctrl-C ends it. In another terminal:
              export KUBECONFIG={kubeconfig}
              {tools.Kubectl} get netprof
              {tools.Kubectl} describe netprof cluster
              {tools.Kubectl} explain networkprofile.spec.routing
              {tools.Kubectl} patch netprof cluster --type merge -p '{"{"}"spec":{"{"}"bandwidthManager":{"{"}"enabled":true{"}}}"}'
              {tools.Kubectl} wait --for=condition=Ready netprof/cluster
              {tools.Helm} history cilium -n kube-system
            Charts of {string.Join(", ", ChartPackage.CiliumVersions)} are at {repository}
            """);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.WriteLine("stopped");
        }
    }

    private static void Title(string text) => AnsiConsole.MarkupLineInterpolated($"\n[bold blue]== {text}[/]");
}

/// <summary>The demo's own way of failing: a reason for the person who runs it.</summary>
internal sealed class DemoException(string message) : Exception(message);
