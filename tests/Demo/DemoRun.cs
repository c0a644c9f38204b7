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

    /// <summary>Every pair of pods is probed up to this many nodes; their number grows with the square.</summary>
    private const int MostProbed = 10;

    private const int MostLines = 14;

    private static readonly TimeSpan s_planLimit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan s_perNode = TimeSpan.FromSeconds(12);

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
            .WithFlannel()
            .WithKubeProxy()
            .WithCoreDns()
            .With(DemoProfile.Workloads(options.Nodes))
            .WithTimings(new ActorTimings { LeaseRenewal = TimeSpan.FromSeconds(10) }.Scaled(1 / options.Speed))
            .StartAsync(cancellationToken);
        cluster.RunInBackground();
        await using var repository = await ChartRepository.StartAsync(ChartPackage.AllCilium(), cancellationToken);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        cluster.Api.WriteKubeconfig(kubeconfig);
        var shell = new Shell(new ProcessRunner(_clock), tools, kubeconfig);
        Title($"A simulated cluster of {options.Nodes} nodes with Flannel (VXLAN) and kube-proxy");
        await shell.KubectlAsync(["rollout", "status", "deployment/web", "--timeout=180s"], cancellationToken);
        await shell.KubectlAsync(["rollout", "status", "statefulset/db", "--timeout=180s"], cancellationToken);
        Excerpt(await shell.KubectlAsync(["get", "pods", "-A", "-o", "custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,IP:.status.podIP,NODE:.spec.nodeName"], cancellationToken));
        Title("What Flannel and kube-proxy have put on each node");
        CleaningReport.ShowTraces(cluster);
        var reached = options.Nodes <= MostProbed ? cluster.RecordReachability() : null;
        await using var agents = DemoAgents.Start(cluster, kubeconfig, _clock);
        await using var @operator = OperatorProcess.Start(shell, Path.Combine(folder, "operator.log"));
        Title("kubectl apply: the CRDs, and a NetworkProfile");
        await shell.KubectlApplyAsync(string.Join("\n---\n", Crds.CrdManifests.All.Select(crd => crd.Yaml)), cancellationToken);
        await shell.KubectlAsync(["wait", "--for=condition=Established", "crd/networkprofiles.netprofile.io", "--timeout=60s"], cancellationToken);
        var profile = DemoProfile.Native(Version, repository.Url, options.Strategy);
        AnsiConsole.MarkupLineInterpolated($"[grey]{profile}[/]");
        AnsiConsole.WriteLine(await shell.KubectlApplyAsync(profile, cancellationToken));

        var watch = new PlanWatch(cluster, @operator, _clock);
        var planned = await watch.UntilAsync(status => (string?)PlanWatch.Condition(status, "PlanApproved")?["reason"] == "AwaitingApproval", s_planLimit, cancellationToken);
        Title($"The plan, which restarts pods and so waits for an approval (class {(string?)planned["plan"]!["disruption"]})");
        PlanWatch.ShowPlan(planned);
        string[] approval = ["annotate", "networkprofile", "cluster", $"netprofile.io/approved-plan={(string)planned["plan"]!["digest"]!}"];
        AnsiConsole.WriteLine($"kubectl {string.Join(' ', approval)}");
        AnsiConsole.WriteLine(await shell.KubectlAsync(approval, cancellationToken));

        Title("What the operator does");
        await watch.UntilAsync(status => PlanWatch.IsTrue(status, "Ready"), s_limit + (options.Nodes * s_perNode), cancellationToken);

        Title("What was removed from the nodes");
        CleaningReport.ShowResults(cluster);
        Title("kubectl get netprof, nodenet, pods; helm history");
        AnsiConsole.WriteLine(await shell.KubectlAsync(["get", "netprof"], cancellationToken));
        Excerpt(await shell.KubectlAsync(["get", "nodenet"], cancellationToken));
        Excerpt(await shell.KubectlAsync(["get", "pods", "-A", "-o", "custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,IP:.status.podIP,NODE:.spec.nodeName"], cancellationToken));
        AnsiConsole.WriteLine(await shell.HelmAsync(["history", "cilium", "-n", "kube-system"], cancellationToken));
        Title("Features, as wanted and as reported");
        FeatureTable.Show(cluster);
        if (reached is not null)
        {
            AnsiConsole.MarkupLineInterpolated($"Probe of every pair of pods, hosts and Services, at every change of the simulated cluster: {reached.Checks} looks, {reached.Lost.Count} without a way");
        }

        AnsiConsole.MarkupLine("[green]Ready=True[/]");
        if (options.Keep)
        {
            await KeepAsync(tools, kubeconfig, repository.Url, @operator.Page, cancellationToken);
        }

        return 0;
    }

    private async Task KeepAsync(Tools tools, string kubeconfig, Uri repository, Uri page, CancellationToken cancellationToken)
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
            The status page is at {page}
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

    private static void Excerpt(string text)
    {
        var lines = text.Split('\n');
        AnsiConsole.WriteLine(string.Join('\n', lines.Take(MostLines)));
        if (lines.Length > MostLines)
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]… and {lines.Length - MostLines} lines more[/]");
        }
    }

    private static void Title(string text) => AnsiConsole.MarkupLineInterpolated($"\n[bold blue]== {text}[/]");
}

/// <summary>The demo's own way of failing: a reason for the person who runs it.</summary>
internal sealed class DemoException(string message) : Exception(message);
