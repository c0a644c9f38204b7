using NetProfile.Helm;
using NetProfile.Helm.Charts;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

public sealed class ChartTests : IAsyncLifetime
{
    private static readonly byte[] Chart = TestChart.Package("cilium", "1.19.6");
    private static readonly string Digest = ChartCache.DigestOf(Chart);

    private readonly Helms helms = new();
    private LoopbackRepository server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await LoopbackRepository.StartAsync();
        server.ServeIndex(
            ("cilium", "1.20.0", "cilium-1.20.0.tgz", null), ("cilium", "1.19.6", "cilium-1.19.6.tgz", Digest["sha256:".Length..]),
            ("cilium", "1.19.5", "../elsewhere/cilium-1.19.5.tgz", null), ("cilium", "1.20.0-rc.1", "x", null), ("cilium", "1.18.3", "x", null));
        server.Serve("/charts/cilium-1.19.6.tgz", Chart);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        helms.Dispose();
    }

    [Fact]
    public async Task Chart_comes_from_the_index_and_the_second_time_from_the_cache()
    {
        var first = await FetchAsync(Wanted());
        var requests = server.Requests.Count;
        var second = await FetchAsync(Wanted());

        Assert.Equal((HelmFailure.None, "", Digest), (first.Failure, first.Message, first.Chart?.Digest));
        Assert.Equal(Chart, await File.ReadAllBytesAsync(first.Chart!.Path, TestContext.Current.CancellationToken));
        Assert.Equal(first.Chart, second.Chart);
        Assert.Equal((2, 2), (requests, server.Requests.Count));
    }

    [Fact]
    public async Task Cached_chart_is_used_when_the_repository_is_down_and_a_damaged_one_is_not()
    {
        var chart = (await FetchAsync(Wanted() with { Digest = Digest })).Chart!;
        server.Status = 503;

        Assert.Equal(chart, (await FetchAsync(Wanted() with { Digest = Digest })).Chart);

        await File.AppendAllTextAsync(chart.Path, "x", TestContext.Current.CancellationToken);
        Assert.Equal(HelmFailure.RepositoryUnreachable, (await FetchAsync(Wanted())).Failure);
        Assert.False(File.Exists(chart.Path));
    }

    [Fact]
    public async Task Relative_and_absolute_links_of_an_index_are_followed()
    {
        server.Serve("/elsewhere/cilium-1.19.5.tgz", TestChart.Package("cilium", "1.19.5"));
        server.ServeIndex(("cilium", "1.19.4", $"{server.Url}/abs/c.tgz", null), ("cilium", "1.19.5", "../elsewhere/cilium-1.19.5.tgz", null));
        server.Serve("/abs/c.tgz", TestChart.Package("cilium", "1.19.4"));

        Assert.Equal("1.19.5", (await FetchAsync(Wanted("1.19.5"))).Chart?.Version);
        Assert.Equal("1.19.4", (await FetchAsync(Wanted("1.19.4"))).Chart?.Version);
    }

    [Fact]
    public async Task Unknown_version_is_answered_with_the_nearest_ones()
    {
        var outcome = await FetchAsync(Wanted("1.19.99"));

        Assert.Equal((HelmFailure.ChartNotFound, $"{server.Url}/charts has no cilium 1.19.99; the nearest are 1.19.6, 1.19.5"), (outcome.Failure, outcome.Message));
    }

    [Fact]
    public async Task Unknown_chart_and_what_is_no_repository_are_not_found()
    {
        Assert.Equal($"{server.Url}/charts has no chart calico", (await FetchAsync(Wanted() with { Name = "calico" })).Message);
        var outcome = await FetchAsync(Wanted() with { Repository = server.Url + "/nothing" });
        Assert.Equal((HelmFailure.ChartNotFound, $"{server.Url}/nothing has no index.yaml: it is not a chart repository"), (outcome.Failure, outcome.Message));
    }

    [Fact]
    public async Task Repository_that_is_down_is_told_from_a_version_that_is_missing()
    {
        server.Status = 503;
        Assert.Equal(HelmFailure.RepositoryUnreachable, (await FetchAsync(Wanted())).Failure);

        var outcome = await FetchAsync(Wanted() with { Repository = "http://127.0.0.1:1/charts" });
        Assert.Equal(HelmFailure.RepositoryUnreachable, outcome.Failure);
        Assert.Contains("cannot be reached", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digest_that_differs_from_the_pin_or_from_the_index_is_refused()
    {
        var pinned = await FetchAsync(Wanted() with { Digest = "sha256:" + new string('0', 64) });
        server.Serve("/charts/cilium-1.19.6.tgz", TestChart.Package("cilium", "1.19.5"));
        var changed = await FetchAsync(Wanted());

        Assert.Equal(HelmFailure.DigestMismatch, pinned.Failure);
        Assert.Contains(Digest, pinned.Message, StringComparison.Ordinal);
        Assert.Equal(HelmFailure.DigestMismatch, changed.Failure);
    }

    [Fact]
    public async Task File_that_is_another_chart_or_none_is_refused()
    {
        server.ServeIndex(("cilium", "1.19.6", "cilium-1.19.6.tgz", null));
        server.Serve("/charts/cilium-1.19.6.tgz", TestChart.Package("cilium", "1.18.0"));
        Assert.EndsWith("is the chart cilium 1.18.0, not cilium 1.19.6", (await FetchAsync(Wanted())).Message, StringComparison.Ordinal);

        server.Serve("/charts/cilium-1.19.6.tgz", "<html>"u8.ToArray());
        Assert.Equal(HelmFailure.ChartNotFound, (await FetchAsync(Wanted())).Failure);
    }

    [Fact]
    public async Task Credentials_of_the_URL_are_sent_and_never_shown()
    {
        var withLogin = Wanted() with { Repository = server.Url.Replace("http://", "http://user:hidden@", StringComparison.Ordinal) + "/charts" };

        Assert.True((await FetchAsync(withLogin)).Failure == HelmFailure.None);
        Assert.All(server.Requests, request => Assert.EndsWith(" authorized", request, StringComparison.Ordinal));
        Assert.DoesNotContain("hidden", (await FetchAsync(withLogin with { Version = "9.9.9" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_archive_folder_of_archives_and_folder_of_a_chart_are_found()
    {
        var charts = Directory.CreateDirectory(Path.Combine(helms.Directory, "charts"));
        var archive = Path.Combine(charts.FullName, "cilium-1.19.6.tgz");
        await File.WriteAllBytesAsync(archive, Chart, TestContext.Current.CancellationToken);
        var folder = charts.CreateSubdirectory("unpacked");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "Chart.yaml"), "name: cilium\nversion: 1.19.6\n", TestContext.Current.CancellationToken);

        Assert.Equal(Digest, (await FetchAsync(Wanted() with { Repository = archive, Digest = Digest })).Chart?.Digest);
        Assert.Equal(Digest, (await FetchAsync(Wanted() with { Repository = $"file://{charts.FullName}" })).Chart?.Digest);
        Assert.Equal(folder.FullName, (await FetchAsync(Wanted() with { Repository = folder.FullName })).Chart?.Path);
        Assert.Equal($"{charts.FullName} has no cilium-1.19.7.tgz; the nearest are 1.19.6", (await FetchAsync(Wanted("1.19.7") with { Repository = charts.FullName })).Message);
        Assert.Equal(HelmFailure.ChartNotFound, (await FetchAsync(Wanted() with { Repository = "/no/such/folder" })).Failure);
        Assert.Equal(HelmFailure.DigestMismatch, (await FetchAsync(Wanted() with { Repository = archive, Digest = "sha256:" + new string('0', 64) })).Failure);
    }

    [Theory]
    [MemberData(nameof(Helms.Versions), MemberType = typeof(Helms))]
    public async Task Real_helm_pulls_from_a_registry_and_either_digest_pins_it(string version)
    {
        var manifest = server.ServeOci("repo/cilium", "1.19.6", Chart);
        var client = helms.Client(Helms.Real(version));
        var wanted = Wanted() with { Repository = $"oci://{server.Authority}/repo" };

        var pinned = await client.FetchChartAsync(wanted with { Digest = manifest }, TestContext.Current.CancellationToken);
        Assert.Equal((HelmFailure.None, "", Digest), (pinned.Failure, pinned.Message, pinned.Chart?.Digest));
        Assert.Equal(HelmFailure.None, (await client.FetchChartAsync(wanted with { Digest = Digest }, TestContext.Current.CancellationToken)).Failure);
        Assert.Equal(HelmFailure.DigestMismatch, (await client.FetchChartAsync(wanted with { Digest = "sha256:" + new string('0', 64) }, TestContext.Current.CancellationToken)).Failure);
    }

    [Theory]
    [MemberData(nameof(Helms.Versions), MemberType = typeof(Helms))]
    public async Task Registry_without_the_version_is_told_from_one_that_is_down(string version)
    {
        server.ServeOci("repo/cilium", "1.19.6", Chart);
        var client = helms.Client(Helms.Real(version));
        var wanted = Wanted("1.19.9") with { Repository = $"oci://{server.Authority}/repo" };

        var missing = await client.FetchChartAsync(wanted, TestContext.Current.CancellationToken);
        Assert.Equal((HelmFailure.ChartNotFound, $"oci://{server.Authority}/repo/cilium has no version 1.19.9"), (missing.Failure, missing.Message));
        var down = await client.FetchChartAsync(wanted with { Repository = "oci://127.0.0.1:1/repo" }, TestContext.Current.CancellationToken);
        Assert.Equal(HelmFailure.RepositoryUnreachable, down.Failure);
    }

    [Theory]
    [InlineData("1.19.4", "1.19.5,1.19.3,1.19.6")]
    [InlineData("1.21.0", "1.20.1,1.19.6,1.18.3")]
    [InlineData("latest", "1.20.1,1.20.0,1.19.6,1.19.5,1.19.3")]
    public void Nearest_versions_are_of_the_same_minor_or_of_the_closest(string wanted, string expected) =>
        Assert.Equal(expected.Split(','), ChartVersions.Nearest(wanted, ["1.20.0", "1.20.1", "v1.20.2-rc.1", "1.19.3", "1.19.6", "1.19.5", "1.18.3", "not a version"]));

    private static string Nowhere => "/no/such/helm";

    private HelmChart Wanted(string version = "1.19.6") => new() { Repository = $"{server.Url}/charts", Name = "cilium", Version = version };

    private Task<ChartOutcome> FetchAsync(HelmChart chart) => helms.Client(Nowhere).FetchChartAsync(chart, TestContext.Current.CancellationToken);
}
