using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Controllers;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.LeaderElection;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Controllers;

public sealed class ControllerWorkerTests : IEntityController<V1ConfigMap>, IEntityFinalizer<V1ConfigMap>, ILeadership, IDisposable
{
    private const string Finalizer = "example.com/cleanup";
    private readonly ManualTimeProvider _clock = new();
    private readonly ManualInformer _informer = new();
    private readonly ScriptedServer _server;
    private readonly KubernetesClient _client;
    private readonly List<string> _calls = [];
    private readonly TaskCompletionSource<CancellationToken>[] _terms = [new(), new()];
    private int _term = -1;
    private Func<V1ConfigMap, CancellationToken, Task<ReconciliationResult>> _reconcile = (_, _) => Task.FromResult(ReconciliationResult.Done);
    private ReconciliationResult _finalized = ReconciliationResult.Done;
    private ControllerWorker<V1ConfigMap>? _worker;

    public ControllerWorkerTests()
    {
        _server = new ScriptedServer(request => ScriptedServer.Json(
            request.Method == HttpMethod.Patch
                ? Map("9", JsonNode.Parse(request.Body)![1]!["value"]!.ToJsonString())
                : Map("5", $"[\"other/one\",\"{Finalizer}\"]")));
        _client = _server.Client(_clock);
    }

    public bool IsLeader => true;

    public void Dispose()
    {
        _worker?.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Done_forgets_and_Requeue_comes_back_after_its_time()
    {
        _informer.Put("m", "1");
        _reconcile = (_, _) => Task.FromResult(_calls.Count == 1 ? ReconciliationResult.Requeue(TimeSpan.FromMinutes(1)) : ReconciliationResult.Done);
        await StartAsync();
        await CalledAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(_calls);
        await Eventually.TrueAsync(() => _calls.Count == 2, "it comes back", _clock, TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["reconcile m@1", "reconcile m@1"], _calls);
    }

    [Fact]
    public async Task A_failure_comes_back_with_a_growing_delay()
    {
        _informer.Put("m", "1");
        _reconcile = (_, _) => _calls.Count < 8 ? throw new InvalidOperationException("not yet") : Task.FromResult(ReconciliationResult.Done);
        var began = _clock.GetUtcNow();
        await StartAsync();
        await Eventually.TrueAsync(() => _calls.Count == 8, "eight tries", _clock, TimeSpan.FromMilliseconds(5));
        Assert.True(_clock.GetUtcNow() - began >= TimeSpan.FromMilliseconds(5 + 10 + 20 + 40 + 80 + 160 + 320));
    }

    [Fact]
    public async Task A_terminal_failure_waits_for_a_change()
    {
        _informer.Put("m", "1");
        _reconcile = (map, _) => map.Metadata.ResourceVersion == "1" ? throw new TerminalException("Refused", "no") : Task.FromResult(ReconciliationResult.Done);
        await StartAsync();
        await CalledAsync(1);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(_calls);
        _informer.Put("m", "2");
        await CalledAsync(2);
    }

    [Fact]
    public async Task The_object_is_read_when_its_turn_comes()
    {
        var hold = new TaskCompletionSource();
        _informer.Put("first", "1");
        _reconcile = async (map, _) =>
        {
            if (map.Metadata.Name == "first")
            {
                await hold.Task;
            }

            return ReconciliationResult.Done;
        };
        await StartAsync();
        await CalledAsync(1);
        _informer.Put("m", "1");
        _informer.Put("m", "2");
        _informer.Put("m", "3");
        hold.SetResult();
        await CalledAsync(2);
        Assert.Equal(["reconcile first@1", "reconcile m@3"], _calls);
    }

    [Fact]
    public async Task The_finalizer_is_stored_before_the_first_reconcile()
    {
        _informer.Put("m", "4", finalizers: ["other/one"]);
        await StartAsync(finalizes: true);
        await CalledAsync(1);
        var patch = JsonNode.Parse(Assert.Single(_server.Requests).Body)!;
        Assert.Equal("""{"op":"test","path":"/metadata/resourceVersion","value":"4"}""", patch[0]!.ToJsonString());
        Assert.Equal($$"""{"op":"add","path":"/metadata/finalizers","value":["other/one","{{Finalizer}}"]}""", patch[1]!.ToJsonString());
        Assert.Equal(["reconcile m@9"], _calls);
    }

    [Fact]
    public async Task A_deleted_object_is_finalized_and_only_our_finalizer_removed()
    {
        _informer.Put("m", "4", deleted: true, finalizers: ["other/one", Finalizer]);
        await StartAsync(finalizes: true);
        await Eventually.TrueAsync(() => _server.Requests.Any(request => request.Method == HttpMethod.Patch), "the finalizer is removed", _clock);
        Assert.Equal(["finalize m"], _calls);
        Assert.Equal("""["other/one"]""", JsonNode.Parse(_server.Requests.Last().Body)![1]!["value"]!.ToJsonString());
    }

    [Fact]
    public async Task A_finalizer_that_is_not_done_stays_and_is_asked_again()
    {
        _finalized = ReconciliationResult.Requeue(TimeSpan.FromSeconds(10));
        _informer.Put("m", "4", deleted: true, finalizers: [Finalizer]);
        await StartAsync(finalizes: true);
        await Eventually.TrueAsync(() => _calls.Count == 3, "asked again", _clock, TimeSpan.FromSeconds(1));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_deleted_object_without_our_finalizer_is_left_alone()
    {
        _informer.Put("m", "4", deleted: true, finalizers: ["other/one"]);
        await StartAsync(finalizes: true);
        await Eventually.TrueAsync(() => _worker!.Queue.Count == 0, "the queue is empty", _clock);
        await _worker!.ProcessAsync(new NamespacedName("a", "m"), default);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Nobody_acts_before_leading_and_losing_the_lease_stops_what_is_under_way()
    {
        _informer.Put("m", "1");
        var cancelled = new TaskCompletionSource();
        _reconcile = async (_, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
            return ReconciliationResult.Done;
        };
        await StartAsync(leads: false);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_calls);
        using var term = new CancellationTokenSource();
        _terms[0].SetResult(term.Token);
        await CalledAsync(1);
        await term.CancelAsync();
        await cancelled.Task;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_calls);
        _reconcile = (_, _) => Task.FromResult(ReconciliationResult.Done);
        _terms[1].SetResult(CancellationToken.None);
        await CalledAsync(2);
    }

    [Fact]
    public async Task Stopping_lets_the_one_under_way_finish_and_starts_no_other()
    {
        var hold = new TaskCompletionSource();
        var cancelled = false;
        _informer.Put("m", "1");
        _reconcile = async (_, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => cancelled = true);
            await hold.Task;
            return ReconciliationResult.Done;
        };
        await StartAsync();
        await CalledAsync(1);
        _informer.Put("n", "1");
        var stopping = _worker!.StopAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(stopping.IsCompleted);
        Assert.False(cancelled);
        hold.SetResult();
        await stopping;
        Assert.Single(_calls);
    }

    [Fact]
    public async Task Stopping_cancels_the_one_under_way_when_it_takes_too_long()
    {
        _informer.Put("m", "1");
        _reconcile = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
            return ReconciliationResult.Done;
        };
        await StartAsync();
        await CalledAsync(1);
        var stopping = _worker!.StopAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await stopping;
    }

    public async Task<ReconciliationResult> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellationToken)
    {
        lock (_calls)
        {
            _calls.Add($"reconcile {entity.Metadata.Name}@{entity.Metadata.ResourceVersion}");
        }

        return await _reconcile(entity, cancellationToken);
    }

    public Task<ReconciliationResult> FinalizeAsync(V1ConfigMap entity, CancellationToken cancellationToken)
    {
        lock (_calls)
        {
            _calls.Add($"finalize {entity.Metadata.Name}");
        }

        return Task.FromResult(_finalized);
    }

    public Task<CancellationToken> WaitForTermAsync(CancellationToken cancellationToken) => _terms[Interlocked.Increment(ref _term)].Task.WaitAsync(cancellationToken);

    private Task StartAsync(bool finalizes = false, bool leads = true)
    {
        if (leads)
        {
            _terms[0].SetResult(CancellationToken.None);
        }

        _worker = new ControllerWorker<V1ConfigMap>(
            _informer, this, finalizes ? new ControllerFinalizer<V1ConfigMap>(Finalizer, this) : null, [], _client, this,
            new ControllerOptions { FieldManager = "test" }, _clock, NullLogger.Instance);
        return _worker.StartAsync(default);
    }

    private Task CalledAsync(int count) => Eventually.TrueAsync(() => _calls.Count >= count, $"{count} calls");

    private static string Map(string version, string finalizers) =>
        $$"""{"metadata":{"name":"m","namespace":"a","resourceVersion":"{{version}}","finalizers":{{finalizers}} } }""";

    private sealed class ManualInformer : IResourceInformer<V1ConfigMap>
    {
        private readonly ObjectCache<V1ConfigMap> _cache = new();
        private readonly List<ResourceInformerCallback<V1ConfigMap>> _callbacks = [];

        public ILister<V1ConfigMap> Lister => _cache;

        public KubernetesException? LastError => null;

        public IReadOnlyCollection<UnreadableObject> Unreadable => [];

        public void Put(string name, string version, bool deleted = false, string[]? finalizers = null)
        {
            var map = new V1ConfigMap
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    Namespace = "a",
                    ResourceVersion = version,
                    Finalizers = finalizers,
                    DeletionTimestamp = deleted ? DateTimeOffset.UnixEpoch : null,
                },
            };
            _cache.Set(new NamespacedName("a", name), map);
            _callbacks.ForEach(callback => callback(WatchEventType.Modified, map));
        }

        public IDisposable Register(ResourceInformerCallback<V1ConfigMap> callback)
        {
            _callbacks.Add(callback);
            return new CancellationTokenSource();
        }

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
