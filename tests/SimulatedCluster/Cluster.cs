using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Pods;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Rest;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster;

/// <summary>
/// A Kubernetes API server in this process, on loopback, that unmodified kubectl and helm work against. Nodes, kubelets and
/// controllers of workloads are actors that use <see cref="Store"/> (NetProfile.SimulatedCluster.Actors).
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly Certificates? certificates;

    private Cluster(WebApplication application, Certificates? certificates, ObjectStore store, Authenticator authenticator, Faults faults, RequestLog requests, ChangeLog changes)
    {
        this.application = application;
        this.certificates = certificates;
        Store = store;
        Authenticator = authenticator;
        Faults = faults;
        Requests = requests;
        Changes = changes;
    }

    /// <summary>Direct access, without HTTP and authorization.</summary>
    public ObjectStore Store { get; }

    public Authenticator Authenticator { get; }

    public Faults Faults { get; }

    public RequestLog Requests { get; }

    /// <summary>Every change of every object, with its time.</summary>
    public ChangeLog Changes { get; }

    /// <summary>Who answers exec and logs; set by the actors.</summary>
    public IPodRuntime PodRuntime { get; set; } = new NoPodRuntime();

    public Uri Url { get; private set; } = new("https://127.0.0.1");

    /// <summary>The administrator's.</summary>
    public string Kubeconfig { get; private set; } = "";

    public static async Task<Cluster> StartAsync(ClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ClusterOptions();
        var authenticator = new Authenticator(options.Time);
        var resources = new ResourceRegistry();
        ObjectStore? store = null;
        var policies = new AdmissionPolicies(() => store!);
        store = new ObjectStore(resources, options.Time, ObjectRules.All(resources, options.Time, () => store!, policies)) { HistoryLimit = options.HistoryLimit, ControllersEnabled = options.Controllers };
        authenticator.Store = store;
        var certificates = options.Https ? new Certificates() : null;
        var faults = new Faults(store);
        var requests = new RequestLog(options.Time);
        var application = KestrelHost.Build(options.Port, certificates, faults);
        var cluster = new Cluster(application, certificates, store, authenticator, faults, requests, new ChangeLog(store));
        CustomResources.Serve(store);
        Bootstrap.Fill(store, options.Controllers, certificates?.AuthorityPem ?? "");
        var authorizer = new Authorizer(store);
        var subresources = new Subresources(store, new PodEndpoints(store, () => cluster.PodRuntime), new Evictions(store), new ScaleEndpoint(store), new Reviews(authorizer, authenticator), authenticator);
        var server = new ApiServer(store, authenticator, authorizer, new Discovery(resources, options.KubernetesVersion), subresources, policies, faults, requests) { TrustsEverybody = !options.Https };
        application.UseWebSockets();
        application.Run(server.HandleAsync);
        await application.StartAsync(cancellationToken);
        cluster.Url = new Uri(application.Urls.First());
        cluster.Kubeconfig = certificates is null
            ? KubeconfigText.Plain(cluster.Url)
            : KubeconfigText.WithCertificate(cluster.Url, certificates.AuthorityPem, certificates.Client("kubernetes-admin", "system:masters"));
        return cluster;
    }

    /// <summary>A kubeconfig that acts as a ServiceAccount, with all its RBAC limits; as the token of one of its pods when <paramref name="pod"/> is given.</summary>
    public string KubeconfigOf(string @namespace, string serviceAccount, string? pod = null)
    {
        var uid = Store.Get("serviceaccounts", @namespace, serviceAccount)?.Uid() ?? throw new KeyNotFoundException($"no ServiceAccount {@namespace}/{serviceAccount}");
        var user = UserInfo.ServiceAccount(@namespace, serviceAccount, uid);
        if (pod is not null && Store.Get("pods", @namespace, pod) is { } bound)
        {
            user = user.BoundTo(bound, Store.Get("nodes", null, bound.Str("spec", "nodeName") ?? ""));
        }

        var token = Authenticator.IssueToken(user, TimeSpan.FromDays(365), "https://kubernetes.default.svc.cluster.local");
        return KubeconfigText.WithToken(Url, certificates?.AuthorityPem, token);
    }

    /// <summary>Certificate authority of the server, for clients that are made by hand; null on plain HTTP.</summary>
    public string? AuthorityPem => certificates?.AuthorityPem;

    public void WriteKubeconfig(string path) => File.WriteAllText(path, Kubeconfig);

    public async ValueTask DisposeAsync()
    {
        Store.EndWatches(null, null);
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
        {
            await application.StopAsync(limit.Token);
        }

        await application.DisposeAsync();
        certificates?.Dispose();
    }
}
