using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Processes;

namespace NetProfile.Operator.NodeTests;

/// <summary>Plans and catalogues that ask for more than they may.</summary>
public sealed class GuardTests
{
    public static TheoryData<string, NodeTask> HostilePlans => new()
    {
        { "path upwards", new RemoveFilesTask { Id = "t", Entry = "flannel-cni-conf", Targets = ["/etc/cni/net.d/../../passwd"] } },
        { "path of somebody else", new RemoveFilesTask { Id = "t", Entry = "flannel-cni-conf", Targets = ["/etc/shadow"] } },
        { "what Cilium set aside", new RemoveFilesTask { Id = "t", Entry = "flannel-cni-conf", Targets = ["/etc/cni/net.d/10-flannel.conflist.cilium_bak"] } },
        { "the node's device", new DeleteLinksTask { Id = "t", Entry = "flannel-vxlan-links", Targets = ["eth0"] } },
        { "loopback", new DeleteLinksTask { Id = "t", Entry = "cni-bridge", Targets = ["lo"] } },
        { "all links", new DeleteLinksTask { Id = "t", Entry = "flannel-vxlan-links", Targets = ["*"] } },
        { "Cilium's device", new DeleteLinksTask { Id = "t", Entry = "flannel-vxlan-links", Targets = ["cilium_host"] } },
        { "a command as a chain", new RemoveChainsTask { Id = "t", Entry = "kube-proxy-chains", Targets = ["POSTROUTING; rm"] } },
        { "a line break", new RemoveChainsTask { Id = "t", Entry = "kube-proxy-chains", Targets = ["KUBE-SVC-A\n-F INPUT"] } },
        { "kubelet's chain", new RemoveChainsTask { Id = "t", Entry = "kube-proxy-chains", Targets = ["KUBE-KUBELET-CANARY"] } },
        { "Cilium's chain", new RemoveChainsTask { Id = "t", Entry = "kube-proxy-chains", Targets = ["CILIUM_FORWARD"] } },
        { "a megabyte", new DeleteLinksTask { Id = "t", Entry = "flannel-vxlan-links", Targets = ["flannel." + new string('1', 1024 * 1024)] } },
        { "an id of a megabyte", new DeleteLinksTask { Id = new string('x', 1024 * 1024), Entry = "flannel-vxlan-links" } },
        { "no such entry", new DeleteLinksTask { Id = "t", Entry = "everything" } },
        { "another kind's entry", new DeleteLinksTask { Id = "t", Entry = "flannel-cni-conf" } },
        { "the whole internet", new RemoveRoutesTask { Id = "t", Entry = "flannel-gateway-routes", PodCIDRs = ["0.0.0.0/0"] } },
        { "no network", new RemoveRoutesTask { Id = "t", Entry = "flannel-gateway-routes", PodCIDRs = ["10.244.0.0/16; reboot"] } },
        { "another table", new RemoveNftTablesTask { Id = "t", Entry = "flannel-nft-tables", Targets = ["inet filter"] } },
        { "another set", new RemoveIpsetsTask { Id = "t", Entry = "cilium-ipsets", Targets = ["blocklist"] } },
    };

    [Theory]
    [MemberData(nameof(HostilePlans), DisableDiscoveryEnumeration = true)]
    public async Task A_plan_that_asks_for_more_than_the_catalogue_allows_is_refused_and_nothing_runs(string what, NodeTask task)
    {
        var root = Directory.CreateTempSubdirectory("netprofile-guard-").FullName;
        try
        {
            var runner = new NoProcesses();
            var host = new HostFacade(runner, root);
            var harmless = new RemoveFilesTask { Id = "harmless", Entry = "flannel-cni-conf" };
            Directory.CreateDirectory(root + "/etc/cni/net.d");
            await File.WriteAllTextAsync(root + "/etc/cni/net.d/10-flannel.conflist", "\"flannel\"");

            var outcome = await new NodePlanRunner(host, TraceCatalogue.All, new BackupStore(host.Files, "n", TimeProvider.System), TimeProvider.System)
                .RunAsync(new NodeNetworkSpec { Tasks = [harmless, task] }, null, CancellationToken.None);

            Assert.All(outcome.Results, result => Assert.Equal(NodeTaskState.Blocked, result.State));
            Assert.All(outcome.Results, result => Assert.InRange(result.Message!.Length, 10, 500));
            Assert.Equal(0, runner.Count);
            Assert.True(File.Exists(root + "/etc/cni/net.d/10-flannel.conflist"), what);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void No_random_name_passes_that_the_catalogue_does_not_match()
    {
        var entries = TraceCatalogue.All.SelectMany(catalogue => catalogue.Entries).Where(entry => TraceHandlers.For(entry.Kind) is not null).ToList();
        Prop.ForAll<string, int>((text, pick) =>
        {
            var entry = entries[Math.Abs(pick % entries.Count)];
            var task = TraceHandlers.For(entry.Kind)!.CreateTask(entry, "t") with { Targets = [text ?? ""] };
            var refused = NodeGuard.Examine([task], TraceCatalogue.All).Count > 0;
            return refused || (text is not null && (entry.Targets.Contains(text) || NamePattern.IsMatchAny(entry.Targets, text)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_mutated_catalogue_is_refused_or_names_nothing_that_is_not_a_network_plugins()
    {
        var original = Encoding.UTF8.GetString(Read("previous-network.json"));
        string[] insertions = ["../", "eth0", "*", "lo", "POSTROUTING; rm", "/etc/passwd", "\"", "}", "docker0", "KUBE-FIREWALL", "#", "\\u0000", "INPUT"];
        string[] precious = ["eth0", "lo", "docker0", "cilium_host.bak", "INPUT", "POSTROUTING", "KUBE-FIREWALL", "KUBE-KUBELET-CANARY", "/etc/passwd", "/etc/cni/net.d/x.cilium_bak"];
        Prop.ForAll<int, int>((at, what) =>
        {
            var quotes = original.Split("\"targets\": [\"");
            var index = 1 + Math.Abs(at % (quotes.Length - 1));
            quotes[index] = insertions[Math.Abs(what % insertions.Length)] + quotes[index];
            var mutated = string.Join("\"targets\": [\"", quotes);
            try
            {
                var catalogue = TraceCatalogue.Parse(Encoding.UTF8.GetBytes(mutated));
                return catalogue.Entries.Where(entry => entry.Kind is TraceKind.File or TraceKind.Link or TraceKind.Chain)
                    .All(entry => !precious.Any(name => NamePattern.IsMatchAny(entry.Targets, name) && !NamePattern.IsMatchAny(entry.Except, name)));
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_entry_of_the_catalogues_has_a_reason_and_a_source_and_passes_the_rules()
    {
        foreach (var entry in TraceCatalogue.All.SelectMany(catalogue => catalogue.Entries))
        {
            Assert.Null(CatalogueRules.Refuse(entry));
            Assert.InRange(entry.Because.Length, 10, 250);
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(TraceCatalogue).Assembly.GetManifestResourceStream("NetProfile.NodeAgent.Catalogue." + name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private sealed class NoProcesses : IProcessRunner
    {
        public int Count { get; private set; }

        public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
        {
            Count++;
            return Task.FromResult(new ProcessResult(0, "[]", "", TimeSpan.Zero));
        }
    }
}
