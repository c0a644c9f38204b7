using System.Diagnostics.CodeAnalysis;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.LeaderElection;
using NetProfile.Kubernetes.Telemetry;

namespace NetProfile.Kubernetes.Controllers;

/// <summary>Says what wakes a controller. Made by <c>services.AddController</c>; every method adds to the one controller.</summary>
public sealed class ControllerBuilder<TEntity>
    where TEntity : class, IKubernetesEntity<TEntity>
{
    private readonly IServiceCollection _services;
    private readonly List<Func<IServiceProvider, ControllerTrigger>> _triggers = [];
    private Func<IServiceProvider, ControllerFinalizer<TEntity>>? _finalizer;
    private InformerOptions<TEntity> _informer = new();
    private ControllerOptions _options;

    internal ControllerBuilder(IServiceCollection services, string fieldManager)
    {
        _services = services;
        _options = new ControllerOptions { FieldManager = fieldManager };
    }

    public ControllerBuilder<TEntity> Configure(Func<ControllerOptions, ControllerOptions> change)
    {
        _options = change(_options);
        return this;
    }

    /// <summary>Which objects the controller is for; all of them unless said otherwise.</summary>
    public ControllerBuilder<TEntity> For(InformerOptions<TEntity> options)
    {
        _informer = options;
        return this;
    }

    /// <summary>Wakes the owner (by controller reference) of a <typeparamref name="TOwned"/> that changes.</summary>
    public ControllerBuilder<TEntity> Owns<TOwned>(InformerOptions<TOwned>? options = null)
        where TOwned : class, IKubernetesEntity<TOwned> => Watches(Owner, options);

    public ControllerBuilder<TEntity> Watches<T>(Func<T, IEnumerable<NamespacedName>> map, InformerOptions<T>? options = null)
        where T : class, IKubernetesEntity<T> => Watches<T>((item, _) => map(item), options);

    /// <summary>As above, with the controller's own objects at hand: <c>(node, profiles) => profiles.List().Select(…)</c>.</summary>
    public ControllerBuilder<TEntity> Watches<T>(Func<T, ILister<TEntity>, IEnumerable<NamespacedName>> map, InformerOptions<T>? options = null)
        where T : class, IKubernetesEntity<T>
    {
        _triggers.Add(provider =>
        {
            var factory = provider.GetRequiredService<IInformerFactory>();
            var lister = factory.GetInformer(_informer).Lister;
            return new ControllerTrigger<T>(factory.GetInformer(options ?? new InformerOptions<T>()), item => map(item, lister));
        });
        return this;
    }

    /// <summary>Wakes all objects of the controller: for a kind of which there are few.</summary>
    public ControllerBuilder<TEntity> WakesAllOn<T>(InformerOptions<T>? options = null)
        where T : class, IKubernetesEntity<T> => Watches<T>((_, all) => all.List().Select(EntityKeys.Of), options);

    /// <param name="name">A qualified name, such as <c>example.com/cleanup</c>.</param>
    public ControllerBuilder<TEntity> Finalizes<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFinalizer>(string name)
        where TFinalizer : class, IEntityFinalizer<TEntity>
    {
        _services.AddSingleton<TFinalizer>();
        _finalizer = provider => new ControllerFinalizer<TEntity>(name, provider.GetRequiredService<TFinalizer>());
        return this;
    }

    internal IHostedService Build<TController>(IServiceProvider provider)
        where TController : class, IEntityController<TEntity> => new ControllerWorker<TEntity>(
            provider.GetRequiredService<IInformerFactory>().GetInformer(_informer),
            provider.GetRequiredService<TController>(),
            _finalizer?.Invoke(provider),
            [.. _triggers.Select(trigger => trigger(provider))],
            provider.GetRequiredService<IKubernetesClient>(),
            provider.GetRequiredService<ILeadership>(),
            _options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<TController>(),
            provider.GetRequiredService<KubernetesMetrics>());

    private static IEnumerable<NamespacedName> Owner<TOwned>(TOwned owned)
        where TOwned : class, IKubernetesEntity<TOwned> =>
        (owned.Metadata.OwnerReferences ?? [])
            .Where(owner => owner.Controller == true && owner.Kind == TEntity.Entity.Kind && Group(owner.ApiVersion) == TEntity.Entity.Group)
            .Select(owner => new NamespacedName(TEntity.Entity.Scope == EntityScope.Namespaced ? owned.Metadata.Namespace : null, owner.Name));

    /// <summary>The version may be another one than ours; the group tells the kind apart.</summary>
    private static string Group(string apiVersion) => apiVersion.Split('/') is [var group, _] ? group : "";
}
