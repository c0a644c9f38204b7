using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.Processes;

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
        builder.WebHost.UseUrls($"http://{options.HealthAddress}");

        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownGracePeriod + TimeSpan.FromSeconds(30));
        AddOperator(builder.Services, options);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        Health.Map(app);
        return app;
    }

    private static void AddOperator(IServiceCollection services, OperatorOptions options)
    {
        var identity = OperatorIdentity.Create(options.PodUid);

        // Helm's processes inherit it, which is how a killed operator's helm is found again.
        Environment.SetEnvironmentVariable(OperatorIdentity.EnvironmentVariable, identity.ToString());
        services.AddSingleton(identity);
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
        services.AddSingleton<IHelmClient>(provider => new HelmClient(
            provider.GetRequiredService<IProcessRunner>(),
            provider.GetRequiredService<IKubernetesClient>(),
            () => HelmConnectionSource.From(options.Client),
            options.Helm,
            provider.GetRequiredService<TimeProvider>()));

        services.AddSingleton<ClusterCaches>();
        services.AddSingleton<PendingHolderProof>();
        services.AddSingleton<ValuesFromReader>();
        services.AddSingleton<ForeignOwnerDetector>();
        services.AddSingleton<CiliumConfigReader>();
        services.AddSingleton<AgentInterview>();
        services.AddSingleton<AgentInspector>();
        services.AddSingleton<PodCounter>();
        services.AddSingleton(provider => options.NodeAgent with
        {
            Namespace = options.NodeAgent.Namespace ?? options.LeaseNamespace ?? provider.GetRequiredService<ClientConfiguration>().Namespace,
            ApiServers = options.Client.ApiServers,
        });
        services.AddSingleton<NodesExecutor>();
        services.AddSingleton(options.Rollout);
        services.AddSingleton<RolloutHold>();
        services.AddSingleton<NetworkProfileGatherer>();
        services.AddSingleton<ReleaseDryRun>();
        services.AddSingleton<NetworkProfileExecutor>();
        services.AddSingleton<KubeProxyParking>();
        services.AddSingleton<NetworkProfileStatusWriter>();
        services.AddSingleton<NetworkProfileEvents>();
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
