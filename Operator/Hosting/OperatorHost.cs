using NetProfile.Crds.NetworkProfiles;
using System.Diagnostics.Metrics;
using NetProfile.Helm;
using NetProfile.Hosting.Telemetry;
using NetProfile.Kubernetes;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Migration.NodeStates;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Restore;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.NetworkProfiles.Telemetry;
using NetProfile.NetworkProfiles.Uninstall;
using NetProfile.Processes;
using NetProfile.Hosting.StatusPage;

namespace NetProfile.Hosting;

/// <summary>The composition of the operator: which parts there are and what each is given. Nothing is decided here.</summary>
public static class OperatorHost
{
    public const string LeaseName = "netprofile-operator";

    /// <param name="options">What was asked for.</param>
    /// <param name="replace">Runs last, so that a test can put its own clock, processes or client in place.</param>
    public static WebApplication Build(OperatorOptions options, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "netprofile" });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls([.. new[] { options.HealthAddress, options.Telemetry.MetricsAddress }.OfType<string>().Select(ListenAddress.Url)]);

        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownGracePeriod + TimeSpan.FromSeconds(30));
        AddOperator(builder.Services, options);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        Health.Map(app);
        MetricsEndpoint.Map(app);
        return app;
    }

    private static void AddOperator(IServiceCollection services, OperatorOptions options)
    {
        var identity = OperatorIdentity.Create(options.PodUid);

        // Helm's processes inherit it, which is how a killed operator's helm is found again.
        Environment.SetEnvironmentVariable(OperatorIdentity.EnvironmentVariable, identity.ToString());
        services.AddSingleton(identity);
        services.AddSingleton(options.Telemetry);
        services.AddSingleton<MetricsText>();
        services.AddHostedService<Telemetry.Telemetry>();
        services.AddSingleton<IProcessRunner, ProcessRunner>();
        services.AddSingleton<IProcessTable, ProcProcessTable>();
        services.AddKubernetes(new KubernetesOptions
        {
            FieldManager = NetworkProfileNames.FieldManager,
            ReportingController = "netprofile.io/operator",
            Client = options.Client,
            LeaseName = options.LeaderElect ? LeaseName : null,
            LeaseNamespace = options.LeaseNamespace,
            Configure = found => found with { UserAgent = "netprofile-operator" },
        });
        services.AddSingleton<IHelmClient>(provider => new MeasuredHelmClient(new HelmClient(
            provider.GetRequiredService<IProcessRunner>(),
            provider.GetRequiredService<IKubernetesClient>(),
            () => HelmConnectionSource.From(options.Client),
            options.Helm,
            provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>()));

        services.AddGathering();
        services.AddStatusPage(options.StatusPage);
        services.AddSingleton<PodMover>();
        services.AddSingleton<UnmanagedPods>();
        services.AddSingleton<NodeByNodeExecutor>();
        services.AddSingleton<NodeStateWriter>();
        services.AddSingleton(provider => options.NodeAgent with
        {
            Namespace = options.NodeAgent.Namespace ?? options.LeaseNamespace ?? provider.GetRequiredService<ClientConfiguration>().Namespace,
            ApiServers = options.Client.ApiServers,
        });
        services.AddSingleton<NodesExecutor>();
        services.AddSingleton(options.Rollout);
        services.AddSingleton<RolloutHold>();
        services.AddSingleton<HopExecutor>();
        services.AddSingleton<StageRender>();
        services.AddSingleton<ReleaseDryRun>();
        services.AddSingleton<NetworkProfileExecutor>();
        services.AddSingleton<NetworkProfileActing>();
        services.AddSingleton<NetworkProfileFollowUp>();
        services.AddSingleton<DaemonSetParking>();
        services.AddSingleton<ManifestBackup>();
        services.AddSingleton<OldNetworkRemoval>();
        services.AddSingleton<CiliumObjects>();
        services.AddSingleton<ManifestApplier>();
        services.AddSingleton<RestoreGatherer>();
        services.AddSingleton<RestoreReconciler>();
        services.AddSingleton<MigrationExecutor>();
        services.AddSingleton<NetworkProfileStatusWriter>();
        services.AddSingleton<NetworkProfileEvents>();
        services.AddSingleton<NetworkProfileMetrics>();
        services.AddController<V1Alpha1NetworkProfile, NetworkProfileController>(NetworkProfileNames.FieldManager)
            .Configure(controller => controller with { ShutdownGracePeriod = options.ShutdownGracePeriod })
            .For(ClusterCaches.ProfileOptions)
            .WakesAllOn(ClusterCaches.NodeOptions)
            .WakesAllOn(ClusterCaches.NodeNetworkOptions)
            .WakesAllOn(ClusterCaches.DaemonSetOptions)
            .WakesAllOn(ClusterCaches.DeploymentOptions)
            .WakesAllOn(ClusterCaches.PodOptions)
            .Finalizes<NetworkProfileFinalizer>(NetworkProfileNames.Finalizer);
    }
}
