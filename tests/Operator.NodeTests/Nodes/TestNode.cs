using System.Globalization;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Processes;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>A node of its own: a network namespace with the kernel's real links and filters, and a folder for its root.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static int count;

    private readonly List<string> pods = [];
    private readonly List<string> mounts = [];
    private IHostFacade? host;

    private TestNode(string name)
    {
        Name = name;
        Root = Directory.CreateTempSubdirectory("netprofile-node-").FullName;
        Tools = new NetnsProcessRunner(name);
    }

    public string Name { get; }

    public string Root { get; }

    public NetnsProcessRunner Tools { get; }

    public IHostFacade Host
    {
        get => host ??= new HostFacade(Tools, Root, TimeProvider.System, "/run/netns/" + Name);
        set => host = value;
    }

    public BackupStore Backups => new(Host.Files, "node1", TimeProvider.System);

    public static async Task<TestNode> CreateAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root" && ExecutablePath.Find("ip") is not null && ExecutablePath.Find("iptables-nft") is not null, "needs root, iproute2 and iptables");
        var node = new TestNode($"npt-{Environment.ProcessId}-{Interlocked.Increment(ref count)}");
        await ShellAsync($"ip netns add {node.Name}");
        await node.ShAsync("sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0");
        foreach (var folder in (string[])["etc/cni/net.d", "opt/cni/bin", "run/netns", "var/lib", "proc"])
        {
            Directory.CreateDirectory(Path.Combine(node.Root, folder));
        }

        Directory.Delete(Path.Combine(node.Root, "proc"));
        File.CreateSymbolicLink(Path.Combine(node.Root, "proc"), "/proc");
        return node;
    }

    /// <summary>Runs a script in the node's network namespace; fails with what it said.</summary>
    public Task<string> ShAsync(string script) => ShellAsync(script, Name);

    /// <summary>A network namespace as a pod's; without a process in it the pod is dead.</summary>
    public async Task<string> AddPodAsync()
    {
        var pod = $"{Name}-p{(pods.Count + 1).ToString(CultureInfo.InvariantCulture)}";
        pods.Add(pod);
        await ShellAsync($"ip netns add {pod}");
        var mirror = Path.Combine(Root, "run/netns", pod);
        await File.WriteAllTextAsync(mirror, "");
        await ShellAsync($"mount --bind /run/netns/{pod} {mirror}");
        mounts.Add(mirror);
        return pod;
    }

    public void Write(string path, string content, int mode = 0x1a4)
    {
        var physical = Root + path;
        Directory.CreateDirectory(Path.GetDirectoryName(physical)!);
        File.WriteAllText(physical, content);
        File.SetUnixFileMode(physical, (UnixFileMode)mode);
    }

    public bool Exists(string path) => File.Exists(Root + path) || Directory.Exists(Root + path);

    public NodePlanRunner Runner(params TraceCatalogue[] catalogues) =>
        new(Host, catalogues.Length > 0 ? catalogues : TraceCatalogue.All, Backups, TimeProvider.System);

    public Task<NodePlanOutcome> CleanAsync(CleaningRequest? request = null) =>
        Runner().RunAsync(CleaningPlan.For(request ?? new CleaningRequest { Catalogue = TraceCatalogue.PreviousNetwork }), null, CancellationToken.None);

    public Task<NodeAudit> AuditAsync(TraceCatalogue? catalogue = null) =>
        new NodeAuditor(Host, Backups).AuditAsync(catalogue ?? TraceCatalogue.PreviousNetwork, [], [], CancellationToken.None);

    public async Task<IReadOnlyList<RestoreResult>> RestoreAsync() =>
        await new BackupRestorer(Host, Backups).RestoreAsync(Backups.Find(null)!, CancellationToken.None);

    public Task<string> DumpAsync() => NodeDump.TakeAsync(this);

    public async ValueTask DisposeAsync()
    {
        foreach (var mount in mounts)
        {
            await ShellAsync($"umount {mount} || true");
        }

        foreach (var pod in pods)
        {
            await ShellAsync($"ip netns del {pod} || true");
        }

        await ShellAsync($"ip netns del {Name} || true");
        Directory.Delete(Root, recursive: true);
    }

    public static async Task<string> ShellAsync(string script, string? networkNamespace = null)
    {
        IReadOnlyList<string> shell = ["bash", "-euo", "pipefail", "-c", script];
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec
            {
                FileName = networkNamespace is null ? "bash" : "ip",
                Arguments = networkNamespace is null ? [.. shell.Skip(1)] : ["netns", "exec", networkNamespace, .. shell],
                Timeout = TimeSpan.FromMinutes(5),
                OutputLimit = 64 * 1024 * 1024,
            },
            CancellationToken.None);
        Assert.True(result.ExitCode == 0, $"{script}\n{result.StandardError}{result.StandardOutput}");
        return result.StandardOutput;
    }
}

internal static class OutcomeAssertions
{
    public static void AssertSucceeded(this NodePlanOutcome outcome) =>
        Assert.True(outcome.Succeeded, string.Join('\n', outcome.Results.Where(r => r.State is not (NodeTaskState.Done or NodeTaskState.NotNeeded)).Select(r => $"{r.Id} {r.State} {r.Message}")));
}
