using System.Formats.Tar;
using System.IO.Compression;
using NetProfile.Commands;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Commands;
using NetProfile.Operator.Tests.Support;
using NetProfile.Plugin.BugReports;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

public sealed class BugReportTests : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.tar.gz");

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task Report_has_what_could_be_had_and_names_the_rest()
    {
        var server = new ScriptedServer(request => request.Path switch
        {
            "/version" => ScriptedServer.Json("""{"gitVersion":"v1.35.0"}"""),
            "/api/v1/namespaces/kube-system/secrets" => ScriptedServer.Json("""{"items":[{"metadata":{"name":"sh.helm.release.v1.cilium.v1"},"type":"helm.sh/release.v1","data":{"release":"hunter2"}}]}"""),
            "/api/v1/namespaces/kube-system/configmaps" => ScriptedServer.Json("""{"items":[{"metadata":{"name":"cilium-config"},"data":{"routing-mode":"native","some-token":"hunter2"}}]}"""),
            "/apis/apps/v1/daemonsets" => ScriptedServer.Json("""{"items":[{"metadata":{"name":"cilium"}},{"metadata":{"name":"someone-elses"}}]}"""),
            _ => ScriptedServer.Status(403, "Forbidden", "you may not"),
        });
        var run = await CommandRun.Of($"bugreport --output-filename {file}", with: environment => environment with { Connect = _ => server.Client() });
        Assert.NotEqual(ExitCode.Success, run.ExitCode);
        Assert.False(File.Exists(file));

        run = await RunAsync(request => request.Path.EndsWith("/networkprofiles", StringComparison.Ordinal), server);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        var files = Read();
        Assert.Contains("v1.35.0", files["server-version.json"], StringComparison.Ordinal);
        Assert.Contains("sh.helm.release.v1.cilium.v1", files["releases.yaml"], StringComparison.Ordinal);
        Assert.Contains("routing-mode: native", files["cilium-config.yaml"], StringComparison.Ordinal);
        Assert.DoesNotContain("someone-elses", files["daemonsets.yaml"], StringComparison.Ordinal);
        Assert.Contains("nodes.yaml: you may not", files["not-collected.txt"], StringComparison.Ordinal);
        Assert.Contains("warning: not collected: nodes.yaml: you may not", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Concat(files.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_there_is_not_overwritten()
    {
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        var run = await RunAsync(_ => true, new ScriptedServer(_ => ScriptedServer.Status(403, "Forbidden")));
        Assert.Equal(ExitCode.Trouble, run.ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Agents_in_trouble_are_looked_at_first()
    {
        static V1Pod Pod(string node, bool ready, int restarts = 0) => new()
        {
            Metadata = new V1ObjectMeta { Name = $"cilium-{node}" },
            Spec = new V1PodSpec { NodeName = node },
            Status = new V1PodStatus { ContainerStatuses = [new V1ContainerStatus { Name = "cilium-agent", Ready = ready, RestartCount = restarts }] },
        };
        var options = ReportOptions.For(null, logLines: 10, maxAgents: 4) with { NotableNodes = new HashSet<string> { "d" } };
        var chosen = PodItems.Chosen([Pod("a", true), Pod("b", true), Pod("c", true, restarts: 3), Pod("d", true), Pod("e", false)], options);
        Assert.Equal(["e", "d", "c", "a"], chosen.Select(p => p.Spec!.NodeName));
    }

    /// <summary>With an empty list of NetworkProfiles where asked for, else as the server says.</summary>
    private Task<CommandRun> RunAsync(Func<SeenRequest, bool> isEmptyList, ScriptedServer server)
    {
        var inFront = new ScriptedServer(async (request, cancellationToken) =>
        {
            if (isEmptyList(request))
            {
                return ScriptedServer.Json("""{"metadata":{"resourceVersion":"1"},"items":[]}""");
            }

            using var invoker = new HttpMessageInvoker(server, disposeHandler: false);
            using var message = new HttpRequestMessage(request.Method, request.Uri);
            return await invoker.SendAsync(message, cancellationToken);
        });
        return CommandRun.Of($"bugreport --output-filename {file}", with: environment => environment with { Connect = _ => inFront.Client() });
    }

    private Dictionary<string, string> Read()
    {
        using var zip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        var files = new Dictionary<string, string>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream!);
            files[entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]] = text.ReadToEnd();
        }

        return files;
    }
}
