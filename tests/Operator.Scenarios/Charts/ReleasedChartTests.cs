using NetProfile.SimulatedCluster.Charts;

namespace NetProfile.Operator.Scenarios.Charts;

/// <summary>The stand-in against what the released charts rendered, where that data is at hand.</summary>
public sealed class ReleasedChartTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("netprofile-chart-").FullName;

    [Theory]
    [InlineData("1.13.4", "tunnel")]
    [InlineData("1.13.4", "native")]
    [InlineData("1.14.19", "tunnel")]
    [InlineData("1.14.19", "native")]
    [InlineData("1.15.19", "tunnel")]
    [InlineData("1.15.19", "native")]
    [InlineData("1.16.19", "tunnel")]
    [InlineData("1.16.19", "native")]
    [InlineData("1.17.18", "tunnel")]
    [InlineData("1.17.18", "native")]
    [InlineData("1.18.12", "tunnel")]
    [InlineData("1.18.12", "native")]
    [InlineData("1.19.6", "tunnel")]
    [InlineData("1.19.6", "native")]
    [InlineData("1.20.0", "tunnel")]
    [InlineData("1.20.0", "native")]
    public async Task Renders_the_objects_and_settings_of_the_release(string version, string set)
    {
        var data = Path.Combine(HelmBinary.RepositoryRoot(), "..", "shared", "data", "cilium", "rendered");
        Assert.SkipUnless(Directory.Exists(data), "the renders of the released charts are not at hand");
        var values = set == "tunnel" ? "values-tunnel-default.yaml"
            : version.StartsWith("1.13.", StringComparison.Ordinal) ? "values-native-1.13.yaml" : "values-native-1.14plus.yaml";

        var chart = ChartPackage.Cilium(version).WriteTo(directory);
        var (exit, output, error) = await HelmBinary.OrSkip(4).RunAsync(
            directory, "template", "cilium", chart, "--namespace", "kube-system", "--kube-version", "1.35.0", "--values", Path.Combine(data, values));
        Assert.True(exit == 0, error);
        var ours = RenderedObjects.Read(output);
        var released = RenderedObjects.Read(await File.ReadAllTextAsync(Path.Combine(data, $"{version}-{set}.yaml"), TestContext.Current.CancellationToken));

        // The renders leave Secrets out.
        Assert.Equal(Sorted(released.Keys), Sorted(ours.Keys.Where(key => !key.StartsWith("Secret ", StringComparison.Ordinal))));
        const string config = "ConfigMap kube-system/cilium-config";
        Assert.Equal(
            Sorted(RenderedObjects.Settings(released[config]).Select(pair => $"{pair.Key}={pair.Value}")),
            Sorted(RenderedObjects.Settings(ours[config]).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static string[] Sorted(IEnumerable<string> items) => [.. items.Order(StringComparer.Ordinal)];
}
