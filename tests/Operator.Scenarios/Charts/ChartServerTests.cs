using NetProfile.SimulatedCluster.Charts;

namespace NetProfile.Operator.Scenarios.Charts;

/// <summary>The real helm pulls from the chart servers on loopback.</summary>
public sealed class ChartServerTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("netprofile-chart-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_chart_is_pulled_from_the_repository(int helm)
    {
        var package = ChartPackage.Cilium("1.19.6");
        await using var repository = await ChartRepository.StartAsync([package, ChartPackage.Cilium("1.19.5")], Cancelled);

        var (exit, _, error) = await HelmBinary.OrSkip(helm).RunAsync(
            directory, "pull", "cilium", "--repo", repository.Url.ToString(), "--version", "1.19.6", "--destination", directory);

        Assert.True(exit == 0, error);
        Assert.Equal(package.Archive, await File.ReadAllBytesAsync(Path.Combine(directory, package.FileName), Cancelled));
        Assert.Equal(["/index.yaml", "/charts/cilium-1.19.6.tgz"], repository.Requests);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_chart_is_pulled_from_the_registry(int helm)
    {
        var package = ChartPackage.Cilium("1.19.6");
        await using var registry = await OciRegistry.StartAsync([package], Cancelled);

        var (exit, _, error) = await HelmBinary.OrSkip(helm).RunAsync(
            directory, "pull", registry.Repository + "/cilium", "--version", "1.19.6", "--plain-http", "--destination", directory);

        Assert.True(exit == 0, error);
        Assert.Equal(package.Archive, await File.ReadAllBytesAsync(Path.Combine(directory, package.FileName), Cancelled));
    }

    [Fact]
    public async Task A_broken_repository_answers_with_its_status()
    {
        await using var repository = await ChartRepository.StartAsync(ChartPackage.AllCilium(), Cancelled);
        repository.FailWith = 503;
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(repository.Url, "index.yaml"), Cancelled);
        Assert.Equal(503, (int)answer.StatusCode);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
