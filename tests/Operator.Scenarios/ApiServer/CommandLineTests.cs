using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster;
using NetProfile.SimulatedCluster.Pods;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>The unmodified command lines against the simulated cluster, a cluster and a folder per test.</summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private const string Chart = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: tiny}
        data: {level: {{ .Values.level | quote }}, from: {{ (lookup "v1" "Namespace" "" "kube-system").metadata.name | quote }}}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: tiny}
        spec:
          selector: {matchLabels: {app: tiny}}
          template:
            metadata: {labels: {app: tiny}}
            spec:
              containers:
              - {name: a, image: "tiny:1", ports: [{containerPort: 80}], env: [{name: LEVEL, value: {{ .Values.level | quote }}}]}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("cli-").FullName;
    private Cluster cluster = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await Cluster.StartAsync();
        cluster.WriteKubeconfig(Path.Combine(folder, "kubeconfig"));
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("1.32")]
    [InlineData("1.35")]
    public async Task Kubectl_works_with_objects(string version)
    {
        var kubectl = Kubectl(version);
        await kubectl.RunAsync("create deployment web --image=nginx:1.2 --replicas=2");
        await kubectl.RunAsync("scale deploy/web --replicas=3");
        await kubectl.RunAsync("set image deploy/web nginx=nginx:1.3");
        await kubectl.RunAsync("rollout restart deploy/web");
        Assert.Contains("nginx:1.3", await kubectl.RunAsync("get deploy -o wide"), StringComparison.Ordinal);
        Assert.Contains("3 desired", await kubectl.RunAsync("describe deploy web"), StringComparison.Ordinal);
        const string Map = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","z":"2"}}""";
        Assert.Contains("created", await kubectl.RunAsync("apply -f -", Map), StringComparison.Ordinal);
        Assert.Contains("configured", await kubectl.RunAsync("apply -f -", Map.Replace(",\"z\":\"2\"", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("""{"x":"1"}""", await kubectl.RunAsync("get cm a -o jsonpath={.data}"));
        await kubectl.RunAsync("patch cm a --type=merge -p {\"data\":{\"x\":\"9\"}}");
        var conflict = await kubectl.TryAsync("apply --server-side --field-manager=me -f -", Map);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"kubectl-patch\" using v1: .data.x", conflict.Error, StringComparison.Ordinal);
        await kubectl.RunAsync("apply --server-side --force-conflicts --field-manager=me -f -", Map);
        await kubectl.RunAsync("label cm a tier=one");
        Assert.Equal("configmap/a\n", await kubectl.RunAsync("get cm -l tier=one -o name"));
        await kubectl.RunAsync("delete deploy/web cm/a --cascade=foreground --wait --timeout=10s");
        Assert.Contains("pods", await kubectl.RunAsync("api-resources"), StringComparison.Ordinal);
        Assert.Equal("yes\n", await kubectl.RunAsync("auth can-i create pods"));
        Assert.Equal("no\n", (await kubectl.TryAsync("auth can-i create pods --as=bob")).Output);
        Assert.Contains("FIELDS:", await kubectl.RunAsync("explain pod.spec.containers"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.32")]
    [InlineData("1.35")]
    public async Task Kubectl_works_with_the_projects_own_resources(string version)
    {
        var kubectl = Kubectl(version);
        foreach (var name in (string[])["networkprofiles", "nodenetworks"])
        {
            await kubectl.RunAsync($"apply -f {Path.Combine(Root(), "Crds", $"netprofile.io_{name}.yaml")}");
        }

        await kubectl.RunAsync("wait --for=condition=Established crd --all --timeout=10s");
        const string Profile = """{"apiVersion":"netprofile.io/v1alpha1","kind":"NetworkProfile","metadata":{"name":"cluster"},"spec":{"cilium":{"version":"1.19.6"},"routing":{"mode":"Native"}}}""";
        await kubectl.RunAsync("apply -f -", Profile);
        Assert.Contains("Native", await kubectl.RunAsync("get netprof"), StringComparison.Ordinal);
        Assert.Contains("mode", await kubectl.RunAsync("explain networkprofile.spec.routing"), StringComparison.Ordinal);
        var wrong = await kubectl.TryAsync("apply -f -", Profile.Replace("Native", "Nope", StringComparison.Ordinal));
        Assert.Contains("spec.routing.mode: Unsupported value: \"Nope\"", wrong.Error, StringComparison.Ordinal);
        var waiting = kubectl.RunAsync("wait --for=condition=Ready netprof/cluster --timeout=20s");
        await kubectl.RunAsync("patch netprof cluster --subresource=status --type=merge -p {\"status\":{\"observedGeneration\":1,\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"Up\",\"message\":\"m\",\"lastTransitionTime\":\"2024-01-01T00:00:00Z\"}]}}");
        Assert.Contains("condition met", await waiting, StringComparison.Ordinal);
        await kubectl.RunAsync("delete netprof cluster --timeout=10s");
    }

    [Theory]
    [InlineData("1.32")]
    [InlineData("1.35")]
    public async Task Kubectl_reaches_into_pods_and_drains_nodes(string version)
    {
        var kubectl = Kubectl(version);
        cluster.PodRuntime = new EchoRuntime();
        cluster.Store.Create("nodes", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"n1"}}""")!);
        cluster.Store.Create("pods", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"p","namespace":"default"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i:1"}]}}""")!);
        cluster.Store.ModifyStatus("pods", "default", "p", pod => pod["status"]!["phase"] = "Running");
        Assert.Equal("first\nlast\n", await kubectl.RunAsync("logs p"));
        Assert.Equal("echo hello\n", await kubectl.RunAsync("exec p -- echo hello"));
        Assert.Equal("typed", await kubectl.RunAsync("exec -i p -- cat", "typed"));
        var failed = await kubectl.TryAsync("exec p -- false");
        Assert.Equal((3, "wrong"), (failed.Code, failed.Error.Split('\n')[0]));
        await kubectl.RunAsync("taint node n1 a=b:NoSchedule");
        var drained = kubectl.RunAsync("drain n1 --force --timeout=20s");
        await foreach (var change in cluster.Store.WatchAsync("pods", TestContext.Current.CancellationToken))
        {
            if (change.Object.Value["metadata"]!["deletionTimestamp"] is not null)
            {
                // The kubelet has stopped it.
                cluster.Store.Delete("pods", "default", "p", new NetProfile.SimulatedCluster.Storage.DeleteOptions { GracePeriodSeconds = 0 });
                break;
            }
        }

        Assert.Contains("node/n1 drained", await drained, StringComparison.Ordinal);
        Assert.Contains("SchedulingDisabled", await kubectl.RunAsync("get node n1"), StringComparison.Ordinal);
        await kubectl.RunAsync("uncordon n1");
    }

    [Theory]
    [InlineData("helm3")]
    [InlineData("helm4")]
    public async Task Helm_installs_upgrades_rolls_back_and_uninstalls(string helmName)
    {
        var helm = Tool.Find($"{helmName}/helm", folder, Path.Combine(folder, "kubeconfig"));
        var chart = Directory.CreateDirectory(Path.Combine(folder, "tiny", "templates"));
        await File.WriteAllTextAsync(Path.Combine(folder, "tiny", "Chart.yaml"), "apiVersion: v2\nname: tiny\nversion: 0.1.0\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "tiny", "values.yaml"), "level: one\n");
        await File.WriteAllTextAsync(Path.Combine(chart.FullName, "all.yaml"), Chart);
        await helm.RunAsync("install tiny ./tiny -n kube-system");
        Assert.Equal("kube-system", cluster.Store.Get("configmaps", "kube-system", "tiny")!["data"]!["from"]!.ToString());
        await helm.RunAsync("upgrade tiny ./tiny -n kube-system --set level=two");
        Assert.Equal("2", cluster.Store.Get("daemonsets.apps", "kube-system", "tiny")!["metadata"]!["generation"]!.ToString());
        cluster.Requests.Clear();
        await helm.RunAsync("upgrade tiny ./tiny -n kube-system --set level=two");
        Assert.Equal("2", cluster.Store.Get("daemonsets.apps", "kube-system", "tiny")!["metadata"]!["generation"]!.ToString());
        await helm.RunAsync("rollback tiny 1 -n kube-system");
        Assert.Equal("one", cluster.Store.Get("configmaps", "kube-system", "tiny")!["data"]!["level"]!.ToString());
        var history = JsonNode.Parse(await helm.RunAsync("history tiny -n kube-system -o json"))!.AsArray();
        Assert.Equal(["superseded", "superseded", "superseded", "deployed"], history.Select(revision => revision!["status"]!.ToString()));
        await helm.RunAsync("uninstall tiny -n kube-system --wait --timeout 20s");
        Assert.Null(cluster.Store.Get("daemonsets.apps", "kube-system", "tiny"));
        Assert.Empty(cluster.Store.List("secrets", "kube-system", "owner=helm"));
    }

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Operator.sln")))
        {
            root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar))!;
        }

        return root;
    }

    private Tool Kubectl(string version) => Tool.Find($"kubectl-{version}/kubectl", folder, Path.Combine(folder, "kubeconfig"));

    private sealed class EchoRuntime : IPodRuntime
    {
        public async Task<int> ExecAsync(PodExec exec, CancellationToken cancellationToken)
        {
            switch (exec.Command[0])
            {
                case "cat":
                    await exec.StandardInput.CopyToAsync(exec.StandardOutput, cancellationToken);
                    return 0;
                case "false":
                    await exec.StandardError.WriteAsync(Encoding.UTF8.GetBytes("wrong\n"), cancellationToken);
                    return 3;
                default:
                    await exec.StandardOutput.WriteAsync(Encoding.UTF8.GetBytes($"{string.Join(' ', exec.Command)}\n"), cancellationToken);
                    return 0;
            }
        }

        public async IAsyncEnumerable<string> LogAsync(PodLog log, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return "first";
            await Task.CompletedTask;
            yield return "last";
        }
    }
}
