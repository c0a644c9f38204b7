using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Events;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.LeaderElection;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

/// <summary>
/// What this client takes an API server to do, asked of a living one: NETPROFILE_TEST_KUBECONFIG names the kubeconfig of a
/// cluster that may be written to (a namespace of its own is made and deleted).
/// </summary>
public sealed class LiveServerTests : IAsyncLifetime
{
    private static readonly ApplyOptions Mine = new() { FieldManager = "mine" };
    private readonly string _namespace = $"client-{Guid.NewGuid():N}"[..20];
    private KubernetesClient? _client;

    private KubernetesClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        var kubeconfig = Environment.GetEnvironmentVariable("NETPROFILE_TEST_KUBECONFIG");
        Assert.SkipWhen(string.IsNullOrEmpty(kubeconfig), "NETPROFILE_TEST_KUBECONFIG is not set");
        _client = new KubernetesClient(ClientConfiguration.FromKubeConfig([kubeconfig!], null, new NoProcesses(), TimeProvider.System), TimeProvider.System);
        await Client.ApplyAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = _namespace } }, Mine, default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await Client.DeleteAsync<V1Namespace>(new NamespacedName(null, _namespace), new DeleteOptions(), default);
            _client.Dispose();
        }
    }

    [Fact]
    public async Task An_apply_makes_changes_and_meets_the_conflict_of_another_manager()
    {
        var made = await Client.ApplyAsync(Map("m", "1"), Mine, default);
        Assert.NotNull(made.Metadata.Uid);
        var same = await Client.ApplyAsync(Map("m", "1"), Mine, default);
        Assert.Equal(made.Metadata.ResourceVersion, same.Metadata.ResourceVersion);
        var conflict = await Assert.ThrowsAsync<KubernetesException>(() => Client.ApplyAsync(Map("m", "2"), new ApplyOptions { FieldManager = "other" }, default));
        Assert.True(conflict.IsConflict);
        Assert.Contains("mine", conflict.Message, StringComparison.Ordinal);
        var dry = await Client.ApplyAsync(Map("m", "2"), new ApplyOptions { FieldManager = "other", Force = true, DryRun = true }, default);
        Assert.Equal("2", dry.Data!["k"]);
        Assert.Equal("1", (await Client.GetAsync<V1ConfigMap>(Name("m"), default))!.Data!["k"]);
        var forced = await Client.ApplyAsync(Map("m", "2"), new ApplyOptions { FieldManager = "other", Force = true }, default);
        Assert.Equal("2", forced.Data!["k"]);
    }

    [Fact]
    public async Task Patches_of_each_kind_and_their_refusals()
    {
        var made = await Client.ApplyAsync(Map("m", "1"), Mine, default);
        var merged = await Client.PatchAsync<V1ConfigMap>(Name("m"), Patch(V1PatchType.MergePatch, """{"data":{"a":"b"}}"""), default);
        Assert.Equal("b", merged.Data!["a"]);
        await Client.PatchAsync<V1ConfigMap>(Name("m"), Patch(V1PatchType.StrategicMergePatch, """{"data":{"a":null}}"""), default);
        var stale = await Assert.ThrowsAsync<KubernetesException>(() => Client.PatchAsync<V1ConfigMap>(
            Name("m"), Patch(V1PatchType.MergePatch, $$$"""{"metadata":{"resourceVersion":"{{{made.Metadata.ResourceVersion}}}"},"data":{"x":"y"}}"""), default));
        Assert.True(stale.IsConflict);
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => Client.PatchAsync<V1ConfigMap>(
            Name("m"), Patch(V1PatchType.JsonPatch, """[{"op":"test","path":"/metadata/resourceVersion","value":"1"},{"op":"add","path":"/metadata/finalizers","value":["example.com/x"]}]"""), default));
        Assert.True(refused.IsInvalid);
    }

    [Fact]
    public async Task Deletes_keep_to_their_preconditions_and_are_done_when_it_is_gone()
    {
        var made = await Client.ApplyAsync(Map("m", "1"), Mine, default);
        var conflict = await Assert.ThrowsAsync<KubernetesException>(() => Client.DeleteAsync<V1ConfigMap>(Name("m"), new DeleteOptions { PreconditionUid = "other" }, default));
        Assert.True(conflict.IsConflict);
        await Client.DeleteAsync<V1ConfigMap>(Name("m"), new DeleteOptions { PreconditionUid = made.Metadata.Uid, PropagationPolicy = "Background" }, default);
        Assert.Null(await Client.GetAsync<V1ConfigMap>(Name("m"), default));
        await Client.DeleteAsync<V1ConfigMap>(Name("m"), new DeleteOptions(), default);
    }

    [Fact]
    public async Task Pages_are_followed_to_the_end()
    {
        for (var i = 0; i < 7; i++)
        {
            await Client.CreateAsync(Map($"m{i}", "1", ("set", "pages")), "mine", default);
        }

        var options = new ListOptions { Namespace = _namespace, LabelSelector = "set=pages", Limit = 3 };
        Assert.NotNull((await Client.ListAsync<V1ConfigMap>(options, default)).Metadata.Continue);
        Assert.Equal(7, (await Client.ListAllAsync<V1ConfigMap>(options, default)).Items.Count);
        var expired = await Assert.ThrowsAsync<KubernetesException>(() => Client.ListAsync<V1ConfigMap>(options with { Continue = "nonsense" }, default));
        Assert.Equal(400, expired.Status.Code);
        var twice = await Assert.ThrowsAsync<KubernetesException>(() => Client.CreateAsync(Map("m0", "1"), "mine", default));
        Assert.True(twice.IsAlreadyExists);
    }

    [Fact]
    public async Task An_informer_follows_what_is_added_modified_and_deleted()
    {
        await Client.ApplyAsync(Map("before", "1"), Mine, default);
        var informer = new ResourceInformer<V1ConfigMap>(Client, new InformerOptions<V1ConfigMap> { Namespace = _namespace, FieldSelector = "metadata.name!=kube-root-ca.crt", PageSize = 1 }, TimeProvider.System, NullLogger.Instance);
        var told = System.Threading.Channels.Channel.CreateUnbounded<string>();
        informer.Register((type, map) => told.Writer.TryWrite($"{type} {map.Metadata.Name}"));
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        Assert.Equal("Added before", await NextAsync());
        await Client.ApplyAsync(Map("after", "1"), Mine, default);
        Assert.Equal("Added after", await NextAsync());
        await Client.ApplyAsync(Map("after", "2"), Mine, default);
        Assert.Equal("Modified after", await NextAsync());
        await Client.DeleteAsync<V1ConfigMap>(Name("after"), new DeleteOptions(), default);
        Assert.Equal("Deleted after", await NextAsync());
        Assert.Equal("before", Assert.Single(informer.Lister.List()).Metadata.Name);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        async Task<string> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return await told.Reader.ReadAsync(patience.Token);
        }
    }

    [Fact]
    public async Task A_watch_from_long_ago_is_refused_as_gone_or_told_from_the_start_of_the_history()
    {
        await using var changes = Client.WatchAsync<V1Namespace>(new WatchOptions { ResourceVersion = "1", TimeoutSeconds = 1 }, default).GetAsyncEnumerator();
        try
        {
            await changes.MoveNextAsync();
        }
        catch (KubernetesException e)
        {
            Assert.True(e.IsGone);
        }
    }

    [Fact]
    public async Task A_lease_is_held_and_handed_over()
    {
        using var first = Elector("a");
        await first.StartAsync(default);
        var term = await first.WaitForTermAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        using var second = Elector("b");
        await second.StartAsync(default);
        await first.StopAsync(default);
        Assert.True(term.IsCancellationRequested);
        await second.WaitForTermAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("b", (await Client.GetAsync<V1Lease>(Name("operator"), default))!.Spec!.HolderIdentity);
        await second.StopAsync(default);
    }

    [Fact]
    public async Task Events_and_their_series_are_accepted()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        using var recorder = new EventRecorder(Client, new EventRecorderOptions("example.com/operator", "pod-1", "mine"), clock, NullLogger<EventRecorder>.Instance);
        var map = await Client.ApplyAsync(Map("m", "1"), Mine, default);
        for (var i = 0; i < 2; i++)
        {
            recorder.Record(map, EventType.Warning, "Odd", "Look", "something is odd");
            await recorder.FlushAsync(final: false, default);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        var recorded = Assert.Single((await Client.ListAllAsync<V1Event>(new ListOptions { Namespace = _namespace }, default)).Items);
        Assert.Equal(("Odd", "m", 2), (recorded.Reason, recorded.Regarding!.Name, recorded.Series!.Count));
    }

    [Fact]
    public async Task Other_paths_and_reviews_are_open()
    {
        Assert.NotNull((await Client.SendAsync(HttpMethod.Get, "/version", null, "", default))!["gitVersion"]);
        Assert.Null(await Client.SendAsync(HttpMethod.Get, "/apis/nothing.example.com/v1", null, "", default));
        var review = await Client.CreateAsync(
            new V1SelfSubjectAccessReview
            {
                Metadata = new V1ObjectMeta(),
                Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = new V1ResourceAttributes { Verb = "patch", Group = "apps", Resource = "daemonsets", Namespace = "kube-system" } },
            },
            "mine",
            default);
        Assert.True(review.Status!.Allowed);
    }

    [Fact]
    public async Task Status_is_applied_apart_from_the_rest()
    {
        var node = await Client.ApplyAsync(new V1Node { Metadata = new V1ObjectMeta { Name = $"{_namespace}-n" } }, Mine, default);
        var name = new NamespacedName(null, node.Metadata.Name!);
        try
        {
            var status = new V1NodeStatus { Conditions = [new V1StatusCondition { Type = "Odd", Status = "True", Reason = "R", Message = "m" }] };
            await Client.ApplyStatusAsync(new V1Node { Metadata = new V1ObjectMeta { Name = name.Name }, Status = status }, Mine, default);
            Assert.Contains((await Client.GetAsync<V1Node>(name, default))!.Status!.Conditions!, condition => condition is { Type: "Odd", IsTrue: true });
        }
        finally
        {
            await Client.DeleteAsync<V1Node>(name, new DeleteOptions(), default);
        }
    }

    private LeaderElector Elector(string identity) => new(
        Client, new LeaderElectionOptions { Lease = Name("operator"), Identity = identity }, "mine", TimeProvider.System, NullLogger<LeaderElector>.Instance);

    private NamespacedName Name(string name) => new(_namespace, name);

    private V1ConfigMap Map(string name, string value, (string Key, string Value)? label = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Namespace = _namespace, Labels = label is { } one ? new Dictionary<string, string> { [one.Key] = one.Value } : null },
        Data = new Dictionary<string, string> { ["k"] = value },
    };

    private static V1Patch Patch(V1PatchType type, string content) => new(type, JsonNode.Parse(content)!, "mine");

    private sealed class NoProcesses : NetProfile.Processes.IProcessRunner
    {
        public Task<NetProfile.Processes.ProcessResult> RunAsync(NetProfile.Processes.ProcessSpec spec, CancellationToken cancellationToken) =>
            throw new NetProfile.Processes.ExecutableNotFoundException(spec.FileName);
    }
}
