using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Informers;

/// <summary>One cache for each kind and selection, shared by all who ask. Runs them while the program runs, leader or not.</summary>
public interface IInformerFactory
{
    /// <exception cref="InvalidOperationException">The cache exists already with another transform.</exception>
    IResourceInformer<T> GetInformer<T>(InformerOptions<T> options)
        where T : class, IKubernetesEntity<T>;
}

internal sealed class InformerFactory(IKubernetesClient client, TimeProvider clock, ILoggerFactory loggers, IEnumerable<InformerRegistration> registrations)
    : IHostedService, IInformerFactory, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<CacheKey, Entry> _informers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private bool _registered;
    private bool _started;

    public IResourceInformer<T> GetInformer<T>(InformerOptions<T> options)
        where T : class, IKubernetesEntity<T>
    {
        // Those with transforms come first, so that whoever asks without one shares theirs.
        CreateRegistered();
        var key = new CacheKey(typeof(T), options.Namespace, options.LabelSelector, options.FieldSelector);
        lock (_lock)
        {
            if (_informers.TryGetValue(key, out var known))
            {
                var shares = known.Transform == options.Transform as Delegate || options.Transform is null;
                return shares ? (IResourceInformer<T>)known.Informer : throw new InvalidOperationException($"there is a cache of {key} with another transform");
            }

            var informer = new ResourceInformer<T>(client, options, clock, loggers.CreateLogger<ResourceInformer<T>>());
            var entry = new Entry(informer, options.Transform, informer.RunAsync);
            _informers.Add(key, entry);
            if (_started)
            {
                Start(entry);
            }

            return informer;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        CreateRegistered();
        lock (_lock)
        {
            _started = true;
            foreach (var entry in _informers.Values)
            {
                Start(entry);
            }
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        // Cancelled is how they end.
        await Task.WhenAll(running).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    private void CreateRegistered()
    {
        lock (_lock)
        {
            if (_registered)
            {
                return;
            }

            _registered = true;
            foreach (var registration in registrations)
            {
                registration.Create(this);
            }
        }
    }

    private void Start(Entry entry) => _running.Add(Task.Run(() => entry.Run(_stop.Token), CancellationToken.None));

    private sealed record CacheKey(Type Kind, string? Namespace, string? LabelSelector, string? FieldSelector);

    private sealed record Entry(object Informer, Delegate? Transform, Func<CancellationToken, Task> Run);
}

/// <summary>A cache that is wanted from the start.</summary>
internal sealed record InformerRegistration(Action<IInformerFactory> Create);
