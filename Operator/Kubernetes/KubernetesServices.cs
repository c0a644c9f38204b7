using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Controllers;
using NetProfile.Kubernetes.Events;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.LeaderElection;
using NetProfile.Kubernetes.Telemetry;
using NetProfile.Processes;

namespace NetProfile.Kubernetes;

public sealed record KubernetesOptions
{
    /// <summary>Field manager of everything written here, and the last part of the reporting controller's name.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Of events: a qualified name, such as <c>example.com/operator</c>.</summary>
    public required string ReportingController { get; init; }

    public ClientConfigurationOptions Client { get; init; } = new();

    /// <summary>Changes what was found (rate limits, user agent); or replaces it, in tests.</summary>
    public Func<ClientConfiguration, ClientConfiguration> Configure { get; init; } = found => found;

    /// <summary>The whole configuration, when it is not to be looked for.</summary>
    public ClientConfiguration? Configuration { get; init; }

    /// <summary>null acts without asking anybody. The identity is the pod's; the lease is in <see cref="LeaseNamespace"/>.</summary>
    public string? LeaseName { get; init; }

    /// <summary>null takes the namespace that we run in.</summary>
    public string? LeaseNamespace { get; init; }
}

public static class KubernetesServices
{
    /// <summary>
    /// Client, caches, leader election and events. Must come before whatever acts: services stop in reverse order, so the caches,
    /// the events and the lease outlive the work that is still going on. Needs an <see cref="IProcessRunner"/> for credential plugins.
    /// </summary>
    public static IServiceCollection AddKubernetes(this IServiceCollection services, KubernetesOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddMetrics();
        services.AddSingleton<KubernetesMetrics>();
        services.AddSingleton<ApiContact>();
        services.AddSingleton(provider => options.Configure(options.Configuration
            ?? ClientConfiguration.Load(options.Client, provider.GetRequiredService<IProcessRunner>(), provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(provider => new KubernetesClient(
            provider.GetRequiredService<ClientConfiguration>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ApiContact>(), metrics: provider.GetRequiredService<KubernetesMetrics>()));
        services.AddSingleton<IKubernetesClient>(provider => provider.GetRequiredService<KubernetesClient>());

        services.AddSingleton(provider => Elector(provider, options));
        services.AddSingleton<ILeadership>(provider => options.LeaseName is null ? new AlwaysLeader() : provider.GetRequiredService<LeaderElector>());
        if (options.LeaseName is not null)
        {
            services.AddHostedService(provider => provider.GetRequiredService<LeaderElector>());
        }

        services.AddSingleton<InformerFactory>();
        services.AddSingleton<IInformerFactory>(provider => provider.GetRequiredService<InformerFactory>());
        services.AddHostedService(provider => provider.GetRequiredService<InformerFactory>());

        services.AddSingleton(new EventRecorderOptions(options.ReportingController, LeaderElectionOptions.DefaultIdentity(Environment.GetEnvironmentVariable), options.FieldManager));
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<IEventRecorder>(provider => provider.GetRequiredService<EventRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<EventRecorder>());
        return services;
    }

    /// <summary>A cache of a kind, and its <see cref="ILister{T}"/>, for whoever asks.</summary>
    public static IServiceCollection AddInformer<T>(this IServiceCollection services, InformerOptions<T>? options = null)
        where T : class, IKubernetesEntity<T>
    {
        var wanted = options ?? new InformerOptions<T>();
        services.AddSingleton(new InformerRegistration(factory => factory.GetInformer(wanted)));
        services.AddSingleton(provider => provider.GetRequiredService<IInformerFactory>().GetInformer(wanted));
        services.AddSingleton(provider => provider.GetRequiredService<IResourceInformer<T>>().Lister);
        return services;
    }

    /// <summary>A further cache of a kind that has one already, with another selection; asked for by its key.</summary>
    public static IServiceCollection AddKeyedInformer<T>(this IServiceCollection services, string key, InformerOptions<T> options)
        where T : class, IKubernetesEntity<T>
    {
        services.AddSingleton(new InformerRegistration(factory => factory.GetInformer(options)));
        services.AddKeyedSingleton(key, (provider, _) => provider.GetRequiredService<IInformerFactory>().GetInformer(options));
        services.AddKeyedSingleton(key, (provider, name) => provider.GetRequiredKeyedService<IResourceInformer<T>>(name).Lister);
        return services;
    }

    public static ControllerBuilder<TEntity> AddController<TEntity, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TController>(this IServiceCollection services, string fieldManager)
        where TEntity : class, IKubernetesEntity<TEntity>
        where TController : class, IEntityController<TEntity>
    {
        var builder = new ControllerBuilder<TEntity>(services, fieldManager);
        services.AddSingleton<TController>();
        services.AddSingleton(provider => builder.Build<TController>(provider));
        return builder;
    }

    private static LeaderElector Elector(IServiceProvider provider, KubernetesOptions options)
    {
        var configuration = provider.GetRequiredService<ClientConfiguration>();
        var elector = new LeaderElector(
            provider.GetRequiredService<IKubernetesClient>(),
            new LeaderElectionOptions
            {
                Lease = new NamespacedName(options.LeaseNamespace ?? configuration.Namespace, options.LeaseName!),
                Identity = provider.GetRequiredService<EventRecorderOptions>().ReportingInstance,
            },
            options.FieldManager,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LeaderElector>>());
        provider.GetRequiredService<KubernetesMetrics>().Watch(elector, options.LeaseName!);
        return elector;
    }
}
