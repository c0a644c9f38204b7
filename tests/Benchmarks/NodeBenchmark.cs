using System.Diagnostics;
using System.Globalization;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Processes;

namespace NetProfile.Benchmarks;

/// <summary>
/// Inspect, clean and audit of a node with 5,100 kube-proxy rules in 3,400 chains and 200 ports on cni0, against a straightforward
/// shell script that removes the same, one command a thing. In a network namespace of its own; needs root.
/// </summary>
internal static class NodeBenchmark
{
    private const string Build = """
        set -euo pipefail
        ip link add flannel.1 mtu 1450 type vxlan id 1 dstport 8472 local 127.0.0.1 nolearning; ip link add cni0 type bridge; ip addr add 10.244.0.1/24 dev cni0; ip link set cni0 up
        for i in $(seq 1 200); do echo link add veth$(printf %08x $i) type veth peer name eth$i netns $POD; echo link set veth$(printf %08x $i) master cni0; done | ip -batch -
        { echo '*nat'; for c in KUBE-SERVICES KUBE-POSTROUTING KUBE-MARK-MASQ; do echo ":$c - [0:0]"; done
          for i in $(seq 1 1700); do printf ':KUBE-SVC-%016X - [0:0]\n:KUBE-SEP-%016X - [0:0]\n' $i $i; done
          echo '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'; echo '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING'
          for i in $(seq 1 1700); do
            printf -- '-A KUBE-SERVICES -d 10.96.%d.%d/32 -p tcp -m comment --comment "ns/svc%d:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-%016X\n' $((i/250)) $((i%250+1)) $i $i
            printf -- '-A KUBE-SVC-%016X -j KUBE-SEP-%016X\n-A KUBE-SEP-%016X -s 10.244.1.3/32 -j KUBE-MARK-MASQ\n' $i $i $i
          done; echo COMMIT; } | iptables-nft-restore --noflush
        iptables-nft -N FLANNEL-FWD; iptables-nft -A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
        """;

    private const string Script = """
        for t in iptables-nft ip6tables-nft iptables-legacy ip6tables-legacy; do for tab in filter nat; do
          $t-save -t $tab 2>/dev/null | grep -E '^-A (INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING) .*-j (KUBE|FLANNEL)' | sed 's/^-A/-D/' | while read -r rule; do eval "$t -w -t $tab $rule"; done
          chains=$($t-save -t $tab 2>/dev/null | grep -oE '^:(KUBE|FLANNEL)[^ ]*' | tr -d : | grep -v -E 'CANARY|HINT|KUBE-FIREWALL')
          for c in $chains; do $t -w -t $tab -F $c; done; for c in $chains; do $t -w -t $tab -X $c; done
        done; done
        for v in $(ip -o link show master cni0 | sed 's/^[0-9]*: \([^@:]*\).*/\1/'); do ip link del $v; done
        ip link del cni0; ip link del flannel.1
        """;

    public static async Task<int> RunAsync(TextWriter output)
    {
        if (Environment.UserName != "root" || ExecutablePath.Find("iptables-nft") is null || ExecutablePath.Find("ip") is null)
        {
            await output.WriteLineAsync("node: skipped, needs root, iproute2 and iptables");
            return 0;
        }

        var shell = await OnNodeAsync((_, run) => Measured(async () => await run(Script)));
        var (inspect, clean, audit) = await OnNodeAsync((host, _) => AgentAsync(host));
        var agent = inspect + clean + audit;
        await output.WriteLineAsync("node: 5,100 rules, 3,400 chains, 200 ports");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  agent: inspect {inspect.TotalSeconds:0.00} s, clean with backup {clean.TotalSeconds:0.00} s, audit {audit.TotalSeconds:0.00} s, together {agent.TotalSeconds:0.00} s"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  shell script: {shell.TotalSeconds:0.00} s; ratio agent/script {agent / shell:0.000}"));
        return 0;
    }

    private static async Task<(TimeSpan Inspect, TimeSpan Clean, TimeSpan Audit)> AgentAsync(IHostFacade host)
    {
        var backups = new BackupStore(host.Files, "bench", TimeProvider.System);
        var inspect = await Measured(() => new NodeInspector(host, new EndpointProbe(TimeProvider.System), TimeProvider.System).InspectAsync(null, new NodeView(host), CancellationToken.None));
        NodePlanOutcome? outcome = null;
        var plan = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.PreviousNetwork });
        var clean = await Measured(async () => outcome = await new NodePlanRunner(host, TraceCatalogue.All, backups, TimeProvider.System).RunAsync(plan, null, CancellationToken.None));
        NodeAudit? verdict = null;
        var audit = await Measured(async () => verdict = await new NodeAuditor(host, backups).AuditAsync(TraceCatalogue.PreviousNetwork, [], [], CancellationToken.None));
        return outcome!.Succeeded && verdict!.Residues.Count == 0 ? (inspect, clean, audit) : throw new InvalidOperationException("the node isn't clean: " + verdict?.Because);
    }

    private static async Task<T> OnNodeAsync<T>(Func<IHostFacade, Func<string, Task>, Task<T>> work)
    {
        var node = $"npbench-{Environment.ProcessId}";
        var root = Directory.CreateTempSubdirectory("netprofile-bench-").FullName;
        var runner = new ProcessRunner(TimeProvider.System);
        async Task RunAsync(string file, params string[] arguments) => await runner.RunAsync(
            new ProcessSpec { FileName = file, Arguments = arguments, Timeout = TimeSpan.FromMinutes(10), Environment = new Dictionary<string, string?> { ["POD"] = node + "-pod" } }, CancellationToken.None);
        await RunAsync("ip", "netns", "add", node);
        await RunAsync("ip", "netns", "add", node + "-pod");
        try
        {
            Directory.CreateDirectory(root + "/run/netns");
            await File.WriteAllTextAsync(root + "/run/netns/" + node + "-pod", "");
            Task InNode(string script) => RunAsync("ip", "netns", "exec", node, "bash", "-c", script);
            await InNode(Build);
            return await work(new HostFacade(new InNamespace(runner, node), root), InNode);
        }
        finally
        {
            await RunAsync("ip", "netns", "delete", node);
            await RunAsync("ip", "netns", "delete", node + "-pod");
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<TimeSpan> Measured(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }

    private sealed class InNamespace(IProcessRunner inner, string name) : IProcessRunner
    {
        public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken) =>
            ExecutablePath.Find(spec.FileName) is null
                ? throw new ExecutableNotFoundException(spec.FileName)
                : inner.RunAsync(spec with { FileName = "ip", Arguments = ["netns", "exec", name, spec.FileName, .. spec.Arguments] }, cancellationToken);
    }
}
