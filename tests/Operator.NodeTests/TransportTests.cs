using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;
using NetProfile.NodeAgent.Transport;
using NetProfile.Operator.NodeTests.Nodes;
using NetProfile.Processes;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Engine;

namespace NetProfile.Operator.NodeTests;

/// <summary>A real node and a simulated API server, with the agent's loop between them.</summary>
public sealed class TransportTests
{
    private const string Node = "real-node";

    [Fact]
    public async Task A_plan_in_the_object_is_carried_out_and_reported_and_not_repeated_after_a_restart()
    {
        await using var fixture = await Fixture.StartAsync();
        var client = fixture.Client;
        await fixture.RequestAsync(new NodeNetworkSpec { Inspection = new InspectionRequest { RequestedAt = "1" } });
        var stop = new CancellationTokenSource();
        var agent = fixture.RunAgentAsync(stop.Token);
        var inspected = await fixture.WaitAsync(status => status.InspectedFor == "1");

        // A node that is only looked at is not judged.
        Assert.Null(inspected.Audit);
        Assert.Null(inspected.Residues);
        Assert.Contains(inspected.Facts!.Links!, link => link.Name == "flannel.1");

        var plan = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.PreviousNetwork }) with { Inspection = new InspectionRequest { RequestedAt = "1" } };
        await fixture.RequestAsync(plan);
        var done = await fixture.WaitAsync(status => status.PlanId == plan.PlanId && status.Audit == AuditState.Clean);
        Assert.All(done.Results!, result => Assert.True(result.State is NodeTaskState.Done or NodeTaskState.NotNeeded, result.ToString()));
        Assert.Equal(plan.Tasks!.Count, done.Results!.Count);
        Assert.NotNull(done.Backup);
        Assert.NotNull(done.Facts);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agent);

        var version = (await client.GetAsync<V1Alpha1NodeNetwork>(new NamespacedName(null, Node), CancellationToken.None))!.Metadata.ResourceVersion;
        var again = new CancellationTokenSource();
        var second = fixture.RunAgentAsync(again.Token);
        await fixture.RequestAsync(plan with { Inspection = new InspectionRequest { RequestedAt = "2" } });
        var later = await fixture.WaitAsync(status => status.InspectedFor == "2");
        Assert.Equal(done.Results, later.Results);
        Assert.NotEqual(version, (await client.GetAsync<V1Alpha1NodeNetwork>(new NamespacedName(null, Node), CancellationToken.None))!.Metadata.ResourceVersion);
        await again.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Another_try_of_a_blocked_plan_keeps_what_was_said_and_says_only_what_is_new()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        await node.ShAsync("ip link add flannel.1 type bridge");
        var work = new NodeWork(node.Host, new EndpointProbe(TimeProvider.System), Node, TimeProvider.System);
        var plan = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.PreviousNetwork });
        var reports = 0;
        Task<NodeNetworkStatus> RunAsync(NodeNetworkStatus status) => work.RunPlanAsync(
            plan,
            7,
            status,
            (_, _) =>
            {
                reports++;
                return Task.CompletedTask;
            },
            CancellationToken.None);

        var first = await RunAsync(new NodeNetworkStatus());
        var said = reports;
        var second = await RunAsync(first);

        Assert.False(NodeWork.IsFinished(plan, first));
        Assert.Equal(plan.Tasks!.Count, said);
        Assert.Equal(said, reports);
        Assert.Same(first, second);
        Assert.Contains(second.Results!, result => result.Id == "flannel-cni-conf" && result.State == NodeTaskState.Done);

        await node.ShAsync("ip link del flannel.1");
        var third = await RunAsync(second);
        Assert.True(NodeWork.IsFinished(plan, third));
        Assert.Contains(third.Results!, result => result.Id == "flannel-cni-conf" && result.State == NodeTaskState.Done);
    }

    /// <summary>Between a plan's last task and the audit behind it, what an earlier audit found would make a clean node look dirty for good.</summary>
    [Fact]
    public async Task What_was_found_before_another_plan_is_no_verdict_on_that()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        var work = new NodeWork(node.Host, new EndpointProbe(TimeProvider.System), Node, TimeProvider.System);
        var plan = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.PreviousNetwork });
        var reports = new List<NodeNetworkStatus>();
        var before = new NodeNetworkStatus
        {
            PlanId = "another",
            Audit = AuditState.Dirty,
            Residues = [new Residue { Id = "flannel-vxlan-links", Kind = "link", Where = "flannel.1", Owner = "Flannel", Message = "left" }],
        };

        var after = await work.RunPlanAsync(
            plan,
            7,
            before,
            (status, _) =>
            {
                reports.Add(status);
                return Task.CompletedTask;
            },
            CancellationToken.None);

        Assert.Equal(plan.Tasks!.Count, reports.Count);
        Assert.All([.. reports, after], status => Assert.True(status is { Audit: null, Residues: null }, $"{status.Audit}"));
        Assert.Equal(AuditState.Clean, (await work.AuditAsync(plan, after, CancellationToken.None)).Audit);

        // Another try of the same plan keeps the verdict on it until the next one.
        var again = await work.RunPlanAsync(plan, 8, after with { Audit = AuditState.Dirty }, (_, _) => Task.CompletedTask, CancellationToken.None);
        Assert.Equal(AuditState.Dirty, again.Audit);
    }

    [Fact]
    public async Task An_outage_of_the_API_stops_neither_the_cleaning_nor_later_the_report()
    {
        await using var fixture = await Fixture.StartAsync();
        using var stop = new CancellationTokenSource();
        var plan = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.PreviousNetwork });
        await fixture.RequestAsync(plan);
        fixture.OnFirstCommand = fixture.Living.Api.Faults.Outage;

        var agent = fixture.RunAgentAsync(stop.Token);
        await Fixture.WaitForNodeAsync(async () => (await fixture.RealNode.AuditAsync()).State == AuditState.Clean);
        fixture.EndOutage();

        var status = await fixture.WaitAsync(status => status.Audit == AuditState.Clean);
        Assert.Equal(plan.PlanId, status.PlanId);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agent);
    }

    private sealed class Fixture : IAsyncDisposable, IProcessRunner
    {
        private IDisposable? outage;

        public required LivingCluster Living { get; init; }

        public required TestNode RealNode { get; init; }

        public required KubernetesClient Client { get; init; }

        public Func<IDisposable>? OnFirstCommand { get; set; }

        public static async Task<Fixture> StartAsync()
        {
            var node = await TestNode.CreateAsync();
            node.AddFiles();
            await node.ShAsync("ip link add flannel.1 mtu 1450 type vxlan id 1 dstport 8472 local 127.0.0.1 nolearning");
            await node.AddChainsAsync("iptables-nft");
            var builder = new ClusterBuilder().WithNodes(1).WithTimings(ActorTimings.Instant);
            foreach (var crd in CrdManifests.All)
            {
                builder = builder.With(crd.Yaml);
            }

            var living = await builder.StartAsync(CancellationToken.None);
            var kubeconfig = Path.Combine(node.Root, "kubeconfig");
            living.Api.WriteKubeconfig(kubeconfig);
            var configuration = ClientConfiguration.FromKubeConfig([kubeconfig], null, new ProcessRunner(TimeProvider.System), TimeProvider.System);
            return new Fixture { Living = living, RealNode = node, Client = new KubernetesClient(configuration, TimeProvider.System) };
        }

        public async Task RequestAsync(NodeNetworkSpec spec) => await Client.ApplyAsync(
            new V1Alpha1NodeNetwork { Metadata = new V1ObjectMeta { Name = Node }, Spec = spec },
            new ApplyOptions { FieldManager = "netprofile-operator", Force = true },
            CancellationToken.None);

        public Task RunAgentAsync(CancellationToken cancellationToken)
        {
            var work = new NodeWork(new NodeAgent.Host.HostFacade(this, RealNode.Root), new EndpointProbe(TimeProvider.System), Node, TimeProvider.System);
            return new NodeAgentService(Client, work, Node, TimeProvider.System, NullLogger<NodeAgentService>.Instance).RunAsync(cancellationToken);
        }

        public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
        {
            outage ??= OnFirstCommand?.Invoke();
            return RealNode.Tools.RunAsync(spec, cancellationToken);
        }

        public void EndOutage() => outage!.Dispose();

        public async Task<NodeNetworkStatus> WaitAsync(Func<NodeNetworkStatus, bool> condition)
        {
            NodeNetworkStatus? status = null;
            await WaitForNodeAsync(async () => (status = (await Client.GetAsync<V1Alpha1NodeNetwork>(new NamespacedName(null, Node), CancellationToken.None))?.Status) is not null && condition(status));
            return status!;
        }

        public static async Task WaitForNodeAsync(Func<Task<bool>> condition)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!await condition())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Living.DisposeAsync();
            await RealNode.DisposeAsync();
        }
    }
}
