using System.Text.Json.Nodes;
using NetProfile.Helm;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

public sealed class HelmClientTests : IDisposable
{
    private readonly Helms helms = new();

    public void Dispose() => helms.Dispose();

    [Fact]
    public async Task Values_go_to_stdin_and_the_token_to_a_file_that_only_we_can_read()
    {
        var client = helms.Client(helms.Fake("stat -c %a $KUBECONFIG; echo done"));

        var outcome = await client.UpgradeInstallAsync(Upgrade("/chart") with { Values = new JsonObject { ["key"] = "wört" } }, TestContext.Current.CancellationToken);

        Assert.Equal("600\ndone\n", outcome.Output);
        Assert.Equal("wört", (string?)JsonNode.Parse(helms.Said("stdin"))!["key"]);
        Assert.DoesNotContain("s3cret", helms.Said("arguments") + helms.Said("environment"), StringComparison.Ordinal);
        var kubeconfig = JsonNode.Parse(helms.Said("kubeconfig"))!;
        Assert.Equal("https://127.0.0.1:1", (string?)kubeconfig["clusters"]![0]!["cluster"]!["server"]);
        Assert.Equal("s3cret", (string?)kubeconfig["users"]![0]!["user"]!["token"]);
    }

    [Fact]
    public async Task Helm_keeps_its_files_in_a_directory_that_is_gone_afterwards()
    {
        var client = helms.Client(helms.Fake("mkdir -p $HELM_CACHE_HOME && echo $HELM_CACHE_HOME"));

        var outcome = await client.UninstallAsync(Upgrade("/chart").Release, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.True(Directory.Exists(outcome.Output.Trim()));
        client.Dispose();
        Assert.False(Directory.Exists(Path.GetDirectoryName(outcome.Output.Trim())));
    }

    [Fact]
    public async Task Existing_kubeconfig_and_context_are_passed_on()
    {
        var client = helms.Client(helms.Fake(""), connection: new HelmConnection { KubeConfig = "/a:/b", Context = "prod" });

        await client.RollbackAsync(Upgrade("/chart").Release, 2, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Contains("\nKUBECONFIG=/a:/b\n", "\n" + helms.Said("environment"), StringComparison.Ordinal);
        Assert.Contains("\nHELM_KUBECONTEXT=prod\n", "\n" + helms.Said("environment"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_has_a_kind_a_sentence_and_all_that_helm_said()
    {
        var client = helms.Client(helms.Fake("echo 'level=WARN msg=x' >&2; echo 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress' >&2; exit 1"));

        var outcome = await client.UpgradeInstallAsync(Upgrade("/chart"), TestContext.Current.CancellationToken);

        Assert.Equal((HelmFailure.OperationInProgress, "another operation (install/upgrade/rollback) is in progress"), (outcome.Failure, outcome.Message));
        Assert.StartsWith("level=WARN", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helm_that_is_missing_is_a_failure_with_advice()
    {
        var outcome = await helms.Client("/no/such/helm").UpgradeInstallAsync(Upgrade("/chart"), TestContext.Current.CancellationToken);

        Assert.Equal(HelmFailure.HelmMissing, outcome.Failure);
        Assert.Contains("NETPROFILE_HELM", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v3.13.3", HelmFailure.HelmTooOld)]
    [InlineData("v2.17.0", HelmFailure.HelmTooOld)]
    [InlineData("v3.14.0", HelmFailure.None)]
    [InlineData("v4.0.0-rc.1+k3s1", HelmFailure.None)]
    [InlineData("what?", HelmFailure.HelmMissing)]
    public async Task Helm_is_used_from_3_14_on(string version, HelmFailure expected)
    {
        var program = await helms.Client(helms.Fake("", version)).GetProgramAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, program.Failure);
    }

    [Fact]
    public async Task Helm_that_has_been_replaced_is_asked_again()
    {
        var client = helms.Client(helms.Fake("", "v3.10.0"));
        Assert.Equal(HelmFailure.HelmTooOld, (await client.GetProgramAsync(TestContext.Current.CancellationToken)).Failure);

        var path = helms.Fake("", "v3.17.2");
        File.SetLastWriteTimeUtc(path, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(HelmFailure.None, (await client.GetProgramAsync(TestContext.Current.CancellationToken)).Failure);
    }

    [Fact]
    public async Task Running_helm_finishes_its_work_when_we_are_asked_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var started = Path.Combine(helms.Directory, "started");
        var go = Path.Combine(helms.Directory, "go");
        var client = helms.Client(helms.Fake($"touch {started}; while [ ! -e {go} ]; do sleep 0.02; done; echo finished"));

        var running = client.UpgradeInstallAsync(Upgrade("/chart"), stop.Token);
        await UntilAsync(() => File.Exists(started));
        await stop.CancelAsync();
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);

        Assert.Equal("finished\n", (await running).Output);
    }

    [Fact]
    public async Task Helm_that_does_not_finish_in_the_grace_period_is_ended()
    {
        var clock = new ManualTimeProvider();
        using var stop = new CancellationTokenSource();
        var started = Path.Combine(helms.Directory, "started");
        var client = helms.Client(helms.Fake($"touch {started}; while :; do sleep 0.05; done"), clock);

        var running = client.UpgradeInstallAsync(Upgrade("/chart") with { Timeout = TimeSpan.FromHours(1) }, stop.Token);
        await UntilAsync(() => File.Exists(started));
        await stop.CancelAsync();
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(running.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HelmFailure.Cancelled, (await running).Failure);
    }

    [Fact]
    public async Task Nothing_is_started_once_we_are_stopping() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => helms.Client(helms.Fake("")).UpgradeInstallAsync(Upgrade("/chart"), new CancellationToken(canceled: true)));

    [Theory]
    [MemberData(nameof(Helms.Versions), MemberType = typeof(Helms))]
    public async Task Real_helm_renders_a_chart_with_the_values_given(string version)
    {
        var outcome = await helms.Client(Helms.Real(version)).TemplateAsync(
            Upgrade(Chart()) with { Values = new JsonObject { ["shown"] = "on\nstdin: \"ü\"" }, KubeVersion = "1.31.7" }, TestContext.Current.CancellationToken);

        Assert.Equal((HelmFailure.None, ""), (outcome.Failure, outcome.Message));
        Assert.Contains("name: cilium-shown", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("shown: \"on\\nstdin: \\\"ü\\\"\"", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("kube: \"v1.31.7\"", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Helms.Versions), MemberType = typeof(Helms))]
    public async Task Real_helm_says_what_a_chart_refuses(string version)
    {
        var outcome = await helms.Client(Helms.Real(version)).TemplateAsync(Upgrade(Chart()) with { Values = new JsonObject { ["refuse"] = true } }, TestContext.Current.CancellationToken);

        Assert.Equal(HelmFailure.InvalidValues, outcome.Failure);
        Assert.EndsWith("refuse is set: take it out", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Helms.Versions), MemberType = typeof(Helms))]
    public async Task Real_helm_cannot_reach_an_API_server_that_is_not_there(string version)
    {
        var outcome = await helms.Client(Helms.Real(version)).UpgradeInstallAsync(Upgrade(Chart()), TestContext.Current.CancellationToken);

        Assert.Equal(HelmFailure.ApiUnreachable, outcome.Failure);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static HelmUpgrade Upgrade(string chart) => new()
    {
        Release = new HelmReleaseName("kube-system", "cilium"),
        Chart = new LocalChart { Path = chart, Version = "1.0.0", Digest = "sha256:0" },
        Values = [],
        Timeout = TimeSpan.FromMinutes(1),
    };

    private string Chart()
    {
        var path = Path.Combine(helms.Directory, "chart.tgz");
        File.WriteAllBytes(path, TestChart.Package("cilium", "1.0.0"));
        return path;
    }
}
