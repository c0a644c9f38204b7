using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Commands;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

public class PluginVerbTests
{
    private static PluginCluster Cluster(string name) => new(PluginCases.Profile(name));

    [Theory]
    [InlineData("ready", ExitCode.Success)]
    [InlineData("upgrading", ExitCode.No)]
    [InlineData("frozen", ExitCode.No)]
    [InlineData("outdated", ExitCode.No)]
    [InlineData("unseen", ExitCode.No)]
    public async Task Status_exits_0_only_when_ready(string name, int exitCode)
    {
        var run = await Cluster(name).RunAsync("status");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith("NetworkProfile cluster: ", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Status_for_machines_is_the_object_and_keeps_the_exit_code(string format)
    {
        var run = await Cluster("frozen").RunAsync($"status -o {format}");
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Equal("Frozen", (string?)NetProfile.Serialization.YamlReader.ReadObject(run.Output)["status"]!["phase"]);
    }

    [Fact]
    public async Task Wait_ends_with_0_when_it_becomes_ready()
    {
        var clock = new ManualTimeProvider(PluginCases.Now);
        var run = await Eventually.DoneAsync(Cluster("upgrading").Then(PluginCases.Profile("ready")).RunAsync("status --wait", clock), clock);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains(" cluster: on its way (Progressing): ", run.Error, StringComparison.Ordinal);
        Assert.Contains(" cluster: Ready (NetworkReady): ", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("NetworkProfile cluster: Ready", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_ends_with_1_and_the_reason_when_it_stalls()
    {
        var clock = new ManualTimeProvider(PluginCases.Now);
        var run = await Eventually.DoneAsync(Cluster("upgrading").Then(PluginCases.Profile("frozen")).RunAsync("status --wait", clock), clock);
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains("error: NetworkProfile cluster: stalled (Frozen): the rollout stopped", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_says_how_it_stands_when_the_time_is_over()
    {
        var clock = new ManualTimeProvider(PluginCases.Now);
        var run = await Eventually.DoneAsync(Cluster("upgrading").RunAsync("status --wait --timeout 90s", clock), clock, TimeSpan.FromSeconds(1));
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains("error: NetworkProfile cluster is not Ready after 90s: on its way (Progressing)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_writes_the_digest_of_the_present_plan()
    {
        var cluster = Cluster("awaiting-approval");
        var run = await cluster.RunAsync("approve --digest 5d2ac0ffee12");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("5d2ac0ffee12", (string?)Assert.Single(cluster.Patches)["metadata"]!["annotations"]![NetworkProfileNames.ApprovedPlanAnnotation]);
    }

    [Theory]
    [InlineData("unseen", "approve", "has no plan to approve")]
    [InlineData("ready", "approve", "has no plan to approve: there is nothing to do")]
    [InlineData("awaiting-approval", "approve --digest other", "the present plan is 5d2ac0ffee12, not other")]
    public async Task Approve_refuses_what_is_not_the_present_plan(string name, string arguments, string message)
    {
        var cluster = Cluster(name);
        var run = await cluster.RunAsync(arguments);
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(cluster.Patches);
    }

    [Fact]
    public async Task Plan_that_needs_no_approval_is_left_alone()
    {
        var cluster = Cluster("upgrading");
        var run = await cluster.RunAsync("approve");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("nothing to approve (NotNeeded", run.Output, StringComparison.Ordinal);
        Assert.Empty(cluster.Patches);
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("rollback")]
    [InlineData("continue")]
    [InlineData("restore")]
    public async Task Action_is_asked_for_once_by_its_time(string action)
    {
        var cluster = Cluster("frozen");
        var run = await cluster.RunAsync(action);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        var annotations = Assert.Single(cluster.Patches)["metadata"]!["annotations"]!;
        Assert.Equal(action, (string?)annotations[NetworkProfileNames.ActionAnnotation]);
        Assert.Equal("2026-01-01T00:12:30.0000000Z", (string?)annotations[NetworkProfileNames.RequestedAtAnnotation]);
    }

    [Fact]
    public async Task Waiting_for_an_action_tells_what_came_of_it()
    {
        var clock = new ManualTimeProvider(PluginCases.Now);
        var frozen = PluginCases.Profile("frozen");
        var handled = new ActionStatus { Action = "retry", RequestedAt = "2026-01-01T00:12:30.0000000Z", Outcome = "the rollout goes on" };
        var cluster = new PluginCluster(frozen).Then(frozen with { Status = frozen.Status! with { LastHandledAction = handled } });
        var run = await Eventually.DoneAsync(cluster.RunAsync("retry --wait", clock), clock);
        Assert.Equal("networkprofile/cluster: retry: the rollout goes on\n", run.Output);
    }

    [Theory]
    [InlineData("ready", "suspend", true)]
    [InlineData("suspended", "resume", false)]
    public async Task Suspend_and_resume_change_the_spec(string name, string verb, bool value)
    {
        var cluster = Cluster(name);
        var run = await cluster.RunAsync(verb);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(value, (bool?)Assert.Single(cluster.Patches)["spec"]!["suspend"]);
    }

    [Fact]
    public async Task Suspending_what_Flux_manages_is_warned_of()
    {
        var ready = PluginCases.Profile("ready");
        var managed = ready with { Metadata = ready.Metadata with { Labels = new Dictionary<string, string> { ["kustomize.toolkit.fluxcd.io/name"] = "network" } } };
        var run = await new PluginCluster(managed).RunAsync("suspend");
        Assert.Contains("warning: Flux's Kustomization network manages this object", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_exits_1_when_something_stands_in_the_way()
    {
        Assert.Equal(ExitCode.Success, (await Cluster("awaiting-approval").RunAsync("preflight")).ExitCode);
        Assert.Equal(ExitCode.No, (await Cluster("refused").RunAsync("preflight")).ExitCode);
    }

    [Fact]
    public async Task Values_of_the_cluster_stand_on_what_status_shows()
    {
        var ready = PluginCases.Profile("ready");
        var detected = ready with { Status = ready.Status! with { Effective = ready.Status.Effective! with { ApiServerEndpoints = ["192.0.2.10:6443"] } } };
        var run = await new PluginCluster(detected).RunAsync("values");
        Assert.Empty(run.Error);
        var values = NetProfile.Serialization.YamlReader.ReadObject(run.Output);
        Assert.Equal("192.0.2.10", (string?)values["k8sServiceHost"]);
        Assert.Equal("1.18", (string?)values["upgradeCompatibility"]);
        Assert.Equal(2, (long)values["operator"]!["replicas"]!);
    }

    [Fact]
    public async Task Values_of_a_refused_profile_are_not_printed()
    {
        var ready = PluginCases.Profile("ready");
        var run = await new PluginCluster(ready with { Spec = ready.Spec! with { Cilium = ready.Spec.Cilium! with { Version = "9.9.9" } } }).RunAsync("values");
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("error: spec.cilium.version: 9.9.9", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_without_profile_is_told_what_to_do()
    {
        var run = await new PluginCluster(null).RunAsync("status");
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Equal("error: the cluster has no NetworkProfile: write one and `kubectl apply` it\n", run.Error);
    }

    [Theory]
    [InlineData(401, "Unauthorized", "the API server doesn't know you")]
    [InlineData(403, "Forbidden", "the API server refuses")]
    [InlineData(404, "NotFound", "the cluster knows no NetworkProfile (netprofile.io/v1alpha1): install the operator's chart")]
    public async Task Refusals_of_the_API_server_are_put_into_words(int code, string reason, string message)
    {
        var server = new ScriptedServer(_ => ScriptedServer.Status(code, reason));
        var run = await CommandRun.Of("status", with: environment => environment with { Connect = _ => server.Client() });
        Assert.Equal(ExitCode.Trouble, run.ExitCode);
        Assert.StartsWith($"error: {message}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("0", 0)]
    [InlineData("45", 45)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void Durations_are_read_as_Go_reads_them(string text, int? seconds) =>
        Assert.Equal(seconds, (int?)DurationOption.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData("bash", "complete -o default -F _netprofile")]
    [InlineData("zsh", "compdef _netprofile")]
    [InlineData("fish", "complete -c netprofile")]
    public async Task Completion_scripts_are_printed(string shell, string expected) =>
        Assert.Contains(expected, (await CommandRun.Of($"completion {shell}")).Output, StringComparison.Ordinal);
}
