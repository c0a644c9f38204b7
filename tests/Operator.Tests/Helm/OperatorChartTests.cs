using System.Text.Json.Nodes;
using NetProfile.Operator.Tests.Support;
using NetProfile.Processes;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

/// <summary>What charts/netprofile-operator renders, by both helms; the golden files show it whole.</summary>
public sealed class OperatorChartTests
{
    private static readonly string Chart = Path.Combine(Repository.Root, "charts", "netprofile-operator");

    public static TheoryData<string, string> Renders => new MatrixTheoryData<string, string>(["helm3", "helm4"], ["default", "all"]);

    [Theory]
    [MemberData(nameof(Renders))]
    public async Task Chart_renders_as_reviewed(string version, string values)
    {
        var golden = Repository.Golden("OperatorChart");
        var (exit, output, error) = await HelmAsync(version, "template", "netprofile", Chart, "--namespace=netprofile-system", "--kube-version=1.35.0",
            "--set=crds.install=false", "--api-versions=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy", $"--values={Path.Combine(golden, $"{values}.values.yaml")}");

        Assert.True(exit == 0, error);
        var objects = YamlReader.ReadAll(output).OrderBy(o => $"{o["kind"]} {o["metadata"]!["namespace"]} {o["metadata"]!["name"]}", StringComparer.Ordinal);
        GoldenFile.Check(Path.Combine(golden, $"{values}.yaml"), string.Join("---\n", objects.Select(YamlWriter.Write)));
    }

    [Theory]
    [MemberData(nameof(Helms.Versions), MemberType = typeof(Helms))]
    public async Task CRDs_are_the_generated_ones_with_labels_and_kept(string version)
    {
        var (_, output, _) = await HelmAsync(version, "template", "netprofile", Chart, "--show-only=templates/crds.yaml");

        var rendered = YamlReader.ReadAll(output);
        Assert.NotEmpty(rendered);
        foreach (var crd in rendered)
        {
            var generated = YamlReader.ReadObject(await File.ReadAllTextAsync(
                Path.Combine(Repository.Root, "Crds", $"netprofile.io_{crd["spec"]!["names"]!["plural"]}.yaml"), TestContext.Current.CancellationToken));
            Assert.True(JsonNode.DeepEquals(generated["spec"], crd["spec"]), $"{crd["metadata"]!["name"]} differs");
            Assert.Equal("keep", (string?)crd["metadata"]!["annotations"]!["helm.sh/resource-policy"]);
        }
    }

    [Theory]
    [InlineData("--set=replica=2", "replica")]
    [InlineData("--set=replicas=0", "replicas")]
    [InlineData("--set=apiServer.endpoints={https://10.0.0.1}", "apiServer")]
    [InlineData("--set=image.digest=latest", "digest")]
    [InlineData("--set=metrics.podMonitor.enabled=true", "podMonitor")]
    [InlineData("--set=otlp.endpoint=collector:4317", "endpoint")]
    public async Task Values_that_the_chart_does_not_know_are_refused(string set, string named)
    {
        var (exit, _, error) = await HelmAsync("helm4", "template", "netprofile", Chart, set);

        Assert.NotEqual(0, exit);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> HelmAsync(string version, params string[] arguments)
    {
        var spec = new ProcessSpec { FileName = Helms.Real(version), Arguments = arguments, Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = "/dev/null" }, Timeout = TimeSpan.FromMinutes(1) };
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(spec, TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
