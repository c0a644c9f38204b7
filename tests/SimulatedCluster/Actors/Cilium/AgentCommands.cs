using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>What can be executed in an agent's container.</summary>
internal sealed class AgentCommands(CiliumAgents agents, AgentRun run, World world)
{
    public CommandResult? Execute(IReadOnlyList<string> command)
    {
        var words = command.Where(word => word.Length > 0 && word[0] != '-').ToList();
        var json = Has(command, "json");
        return words[0] switch
        {
            // The binary was renamed in 1.15; the old name stayed as a link.
            "cilium-dbg" when run.Config!.Minor < 15 => null,
            "cilium-dbg" or "cilium" => Cilium(words, command, json),
            "cilium-health" => Health(command, json),
            _ => null,
        };
    }

    private CommandResult Cilium(List<string> words, IReadOnlyList<string> command, bool json)
    {
        switch (words.ElementAtOrDefault(1), words.ElementAtOrDefault(2))
        {
            case ("status", _):
                var status = new AgentStatus(agents, run, world);
                return Ok(json ? JsonText.ToText(status.ToJson()) + "\n" : command.Contains("--brief") ? "OK\n" : status.ToText());
            case ("endpoint", "list"):
                return Ok(JsonText.ToText(Endpoints()) + "\n");
            case ("statedb", "health"):
                return Ok(Modules());
            case ("version", _):
                return Ok($"Client: {run.Config!.Version} linux/amd64\nDaemon: {run.Config.Version} linux/amd64\n");
            case ("post-uninstall-cleanup", _):
                AgentDatapath.CleanUp(run.Host);
                world.Touch(run.Host);
                return Ok("");
            default:
                return new CommandResult(1, "", $"Error: unknown command \"{string.Join(' ', words.Skip(1))}\" for \"{words[0]}\"\n");
        }
    }

    private static bool Has(IReadOnlyList<string> command, string output) =>
        command.Contains("-o" + output) || command.Contains("-o=" + output) || command.Contains("--output=" + output)
        || command.Zip(command.Skip(1)).Any(pair => pair.First is "-o" or "--output" && pair.Second == output);

    private static CommandResult Ok(string output) => new(0, output);

    private JsonArray Endpoints()
    {
        var state = run.PortHolder is null ? "ready" : "regenerating";
        var endpoints = new JsonArray(
            (JsonNode)Endpoint(HostEndpointId, state, "", "/", 1, "reserved:host", null),
            (JsonNode)Endpoint(CiliumEndpoints.Id(run.HealthIP), state, "cilium-health", "/", 4, "reserved:health", run.HealthIP));
        foreach (var (pod, ip) in agents.PodsOf(run))
        {
            endpoints.Add((JsonNode)Endpoint(CiliumEndpoints.Id(ip), state, "", $"{pod.Namespace()}/{pod.Name()}", 10000 + CiliumEndpoints.Id(ip), $"k8s:io.kubernetes.pod.namespace={pod.Namespace()}", ip));
        }

        return endpoints;
    }

    private const int HostEndpointId = 123;

    private static JsonObject Endpoint(int id, string state, string container, string pod, int identity, string label, string? ip)
    {
        var health = state == "ready" ? "OK" : "Pending";
        var identifiers = new JsonObject { ["pod-name"] = pod };
        if (container.Length > 0)
        {
            identifiers["container-name"] = container;
        }

        return new JsonObject
        {
            ["id"] = id,
            ["spec"] = new JsonObject { ["label-configuration"] = new JsonObject() },
            ["status"] = new JsonObject
            {
                ["external-identifiers"] = identifiers,
                ["health"] = new JsonObject { ["bpf"] = health, ["connected"] = true, ["overallHealth"] = health, ["policy"] = health },
                ["identity"] = new JsonObject { ["id"] = identity, ["labels"] = new JsonArray((JsonNode)label) },
                ["networking"] = new JsonObject { ["addressing"] = new JsonArray(ip is null ? new JsonObject() : new JsonObject { ["ipv4"] = ip, ["ipv4-pool-name"] = "default" }) },
                ["state"] = state,
            },
        };
    }

    private string Modules()
    {
        var holder = run.PortHolder;
        var orchestrator = holder is null
            ? "OK         Reinitialized"
            : $"Degraded   Failed to reinitialize datapath: failed to setup vxlan tunnel device: setting up vxlan device: creating vxlan device cilium_{run.Config!.TunnelProtocol}: setting up device cilium_{run.Config.TunnelProtocol}: failed to set link up: address already in use";
        return $"""
            Module                          Component            Level      Message
            agent.controlplane.auth         timer-job-auth       OK         Primed
            agent.datapath.orchestrator     job-reinitialize     {orchestrator}
            agent.infra.agent-healthz       job-agent-healthz    OK         Running

            """;
    }

    private CommandResult Health(IReadOnlyList<string> command, bool json)
    {
        if (run.PortHolder is not null)
        {
            return new CommandResult(1, "", "Error: Cannot get status/probe: Get \"http://localhost/v1beta/status\": dial unix /var/run/cilium/health.sock: connect: no such file or directory\n");
        }

        var probes = command.Contains("--probe");
        var knows = probes || world.Now >= run.StartedAt + world.Timings.HealthFirstProbe;
        var now = world.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var peers = knows ? agents.Runs.Where(peer => peer.PodCIDR is not null && peer.Running).ToList() : [];
        var reached = peers.Count(peer => AgentDatapath.Connects(run, peer, world.Hosts.All.Count));
        if (!json)
        {
            return Ok($"Probe time:   {now}\nCluster health:   {reached}/{peers.Count} reachable   ({now})\n");
        }

        var report = new JsonObject
        {
            ["local"] = new JsonObject { ["name"] = NodeName(run) },
            ["nodes"] = knows ? new JsonArray([.. peers.Select(JsonNode (peer) => Peer(peer, now))]) : null,
            ["probeInterval"] = knows ? "1m56s" : "0s",
            ["timestamp"] = now,
        };
        return Ok(JsonText.ToText(report) + "\n");
    }

    private JsonObject Peer(AgentRun peer, string now)
    {
        var endpoint = Path(peer.HealthIP, AgentDatapath.Connects(run, peer, world.Hosts.All.Count), now);
        return new JsonObject
        {
            ["name"] = NodeName(peer),
            ["endpoint"] = endpoint.DeepClone(),
            ["health-endpoint"] = new JsonObject { ["primary-address"] = endpoint, ["secondary-addresses"] = new JsonArray() },
            ["host"] = new JsonObject { ["primary-address"] = Path(peer.Host.InternalIP, true, now), ["secondary-addresses"] = new JsonArray() },
        };
    }

    private static JsonObject Path(string ip, bool reachable, string now) => new()
    {
        ["ip"] = ip,
        ["http"] = reachable
            ? new JsonObject { ["lastProbed"] = now, ["latency"] = 436040 }
            : new JsonObject { ["lastProbed"] = now, ["status"] = $"Get \"http://{ip}:4240/hello\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)" },
        ["icmp"] = reachable
            ? new JsonObject { ["lastProbed"] = now, ["latency"] = 396861 }
            : new JsonObject { ["lastProbed"] = now, ["status"] = "Connection timed out" },
    };

    /// <summary>With a cluster name of its own it stands before the node's.</summary>
    private static string NodeName(AgentRun agent) =>
        agent.Config?.Text("cluster-name", "default") is { } cluster and not "default" ? $"{cluster}/{agent.Host.Name}" : agent.Host.Name;
}
