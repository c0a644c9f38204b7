using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Controllers;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes;

public sealed class KubernetesServicesTests
{
    [Fact]
    public async Task A_controller_wakes_for_its_own_for_what_it_owns_and_for_what_it_watches()
    {
        var server = new ScriptedServer(async (request, cancellationToken) =>
        {
            if (request.IsWatch)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return ScriptedServer.Json(request.Path switch
            {
                "/apis/apps/v1/deployments" => """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"d","namespace":"a","resourceVersion":"1"}},{"metadata":{"name":"w","namespace":"b","resourceVersion":"1"}}]}""",
                "/api/v1/pods" => """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"p","namespace":"a","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"u","controller":true}]}}]}""",
                _ => """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n"},"status":{"addresses":[]}}]}""",
            });
        });
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddKubernetes(new KubernetesOptions
        {
            FieldManager = "test",
            ReportingController = "example.com/test",
            Configuration = new ClientConfiguration { Servers = [new Uri("https://one.test")] },
        });
        builder.Services.AddSingleton<IKubernetesClient>(_ => server.Client());
        builder.Services.AddInformer<V1Node>(new InformerOptions<V1Node> { Transform = node => node with { Status = null } });
        builder.Services.AddController<V1Deployment, Recorder>("test")
            .Owns<V1Pod>()
            .Watches<V1Node>(_ => [new NamespacedName("b", "w")]);
        using var host = builder.Build();
        await host.StartAsync();
        var recorder = host.Services.GetRequiredService<Recorder>();
        await recorder.SeenBothAsync();
        var nodes = host.Services.GetRequiredService<ILister<V1Node>>();
        Assert.Null(Assert.Single(nodes.List()).Status);
        Assert.Equal(1, server.Requests.Count(request => request.Path == "/api/v1/nodes" && !request.IsWatch));
        await host.StopAsync();
    }

    [Fact]
    public void One_selection_is_one_cache_and_a_second_transform_is_refused()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("{}")).Client();
        using var factory = new InformerFactory(client, TimeProvider.System, LoggerFactory.Create(_ => { }), []);
        var first = factory.GetInformer(new InformerOptions<V1Pod> { LabelSelector = "a=b", Transform = pod => pod with { Spec = null } });
        Assert.Same(first, factory.GetInformer(new InformerOptions<V1Pod> { LabelSelector = "a=b" }));
        Assert.NotSame(first, factory.GetInformer(new InformerOptions<V1Pod> { LabelSelector = "a=c" }));
        Assert.Throws<InvalidOperationException>(() => factory.GetInformer(new InformerOptions<V1Pod> { LabelSelector = "a=b", Transform = pod => pod with { Status = null } }));
    }

    internal sealed class Recorder : IEntityController<V1Deployment>
    {
        private readonly TaskCompletionSource _d = new();
        private readonly TaskCompletionSource _w = new();

        public Task<ReconciliationResult> ReconcileAsync(V1Deployment entity, CancellationToken cancellationToken)
        {
            (entity.Metadata.Name == "d" ? _d : _w).TrySetResult();
            return Task.FromResult(ReconciliationResult.Done);
        }

        public Task SeenBothAsync() => Task.WhenAll(_d.Task, _w.Task).WaitAsync(TimeSpan.FromSeconds(10));
    }
}
