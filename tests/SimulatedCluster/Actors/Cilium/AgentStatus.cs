using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary><c>cilium-dbg status</c> of one agent: follows from its configuration, its kernel and its host. What is off is left out, as the agent does.</summary>
internal sealed class AgentStatus(CiliumAgents agents, AgentRun run, World world)
{
    private readonly AgentConfig config = run.Config!;
    private readonly KernelVersion kernel = KernelVersion.Parse(run.Host.Kernel);

    private string HostRouting => config.RoutesHostInBpf(kernel) ? "BPF" : "Legacy";

    public JsonObject ToJson()
    {
        var devices = run.Devices.ToList();
        var status = new JsonObject
        {
            ["attach-mode"] = kernel >= new KernelVersion(6, 6) && config.Minor >= 16 ? "tcx" : "tc",
            ["auth-certificate-provider"] = State("Disabled"),
            ["bandwidth-manager"] = Bandwidth(devices),
            ["cilium"] = State("Ok", $"{config.Version} (v{config.Version}-0123abcd)"),
            ["cluster"] = Cluster(),
            ["cni-chaining"] = new JsonObject { ["mode"] = config.Text("cni-chaining-mode", "none") },
            ["cni-file"] = config.Flag("custom-cni-conf")
                ? State("Disabled")
                : State("Ok", "successfully wrote CNI configuration file to /host/etc/cni/net.d/05-cilium.conflist"),
            ["controllers"] = new JsonArray(Controller("endpoint-gc"), Controller("k8s-heartbeat"), Controller("write-cni-file")),
            ["datapath-mode"] = config.Text("datapath-mode", "veth"),
            ["encryption"] = new JsonObject { ["mode"] = config.Flag("enable-wireguard") ? "Wireguard" : config.Flag("enable-ipsec") ? "IPsec" : "Disabled" },
            ["host-firewall"] = new JsonObject { ["devices"] = Names(devices), ["mode"] = config.Flag("enable-host-firewall") ? "Enabled" : "Disabled" },
            ["hubble"] = config.Hubble ? Hubble() : State("Disabled"),
            ["hubble-metrics"] = State(config.Hubble && config.Text("hubble-metrics").Length > 0 ? "Ok" : "Disabled"),
            ["identity-range"] = new JsonObject { ["max-identity"] = 65535, ["min-identity"] = 256 },
            ["ipam"] = Ipam(),
            ["ipv4-big-tcp"] = BigTcp(config.Minor >= 14 && config.Flag("enable-ipv4-big-tcp"), new KernelVersion(6, 3)),
            ["ipv6-big-tcp"] = BigTcp(config.Flag("enable-ipv6-big-tcp"), new KernelVersion(5, 19)),
            ["kube-proxy-replacement"] = KubeProxyReplacement(devices),
            ["kubernetes"] = State("Ok", "1.35 (v1.35.0) [linux/amd64]"),
            ["kvstore"] = config.Minor <= 18 ? State("Ok", "Disabled") : State("Disabled"),
            ["masquerading"] = Masquerading(),
            ["proxy"] = new JsonObject
            {
                ["envoy-deployment-mode"] = config.Flag("external-envoy-proxy") ? "external" : "embedded",
                ["ip"] = run.RouterIP,
                ["port-range"] = "10000-20000",
                ["redirects"] = null,
            },
        };
        if (config.Minor >= 16)
        {
            var routing = new JsonObject
            {
                ["inter-host-routing-mode"] = config.IsNative ? "Native" : "Tunnel",
                ["intra-host-routing-mode"] = HostRouting,
            };
            if (config.HasOverlay)
            {
                routing["tunnel-protocol"] = config.TunnelProtocol;
            }

            status["routing"] = routing;
        }
        else
        {
            status["host-routing"] = new JsonObject { ["mode"] = HostRouting };
        }

        run.Host.Knobs.AgentStatus?.Invoke(status);
        return status;
    }

    /// <summary>The lines for people, as far as anyone might read them.</summary>
    public string ToText()
    {
        var degraded = run.PortHolder is null ? 0 : 1;
        var devices = string.Join(' ', run.Devices.Select(device => device.Name));
        return $"""
            KVStore:                Disabled
            Kubernetes:             Ok         1.35 (v1.35.0) [linux/amd64]
            KubeProxyReplacement:   {KubeProxyMode} {(config.ReplacesKubeProxy ? $"[{devices} (Direct Routing)]" : "")}
            Cilium:                 Ok   {config.Version} (v{config.Version}-0123abcd)
            IPAM:                   {Ipam().Str("status")}
            Routing:                Network: {(config.IsNative ? "Native" : $"Tunnel [{config.TunnelProtocol}]")}   Host: {HostRouting}
            Masquerading:           {(config.MasqueradesInBpf ? "BPF" : "IPTables")} [IPv4: {(config.MasqueradesIPv4 ? "Enabled" : "Disabled")}, IPv6: Disabled]
            Controller Status:      12/12 healthy
            Hubble:                 {(config.Hubble ? "Ok" : "Disabled")}
            Cluster health:         {(degraded == 0 ? "" : "Warning   cilium-health daemon unreachable")}
            Modules Health:         Stopped(12){(degraded == 0 ? "" : " Degraded(1)")} OK({73 - degraded})

            """;
    }

    private string KubeProxyMode => config.Minor <= 15
        ? config.KubeProxyReplacement switch { "strict" => "Strict", "partial" => "Partial", "disabled" => "Disabled", "true" => "True", _ => "False" }
        : config.ReplacesKubeProxy ? "True" : "False";

    private static JsonObject State(string state, string? message = null)
    {
        var value = new JsonObject { ["state"] = state };
        if (message is not null)
        {
            value["msg"] = message;
        }

        return value;
    }

    private JsonObject Cluster()
    {
        var cluster = new JsonObject { ["nodes"] = null, ["self"] = config.Text("cluster-name", "default") is var name and not "default" ? $"{name}/{run.Host.Name}" : run.Host.Name };
        if (run.PortHolder is null)
        {
            cluster["ciliumHealth"] = State("Ok");
        }

        return cluster;
    }

    private static JsonArray Names(IEnumerable<HostLink> devices) => [.. devices.Select(JsonNode (device) => JsonValue.Create(device.Name))];

    private JsonObject Bandwidth(List<HostLink> devices)
    {
        if (!config.Flag("enable-bandwidth-manager") || kernel < new KernelVersion(5, 1))
        {
            return new JsonObject { ["devices"] = null };
        }

        return new JsonObject { ["congestionControl"] = config.Flag("enable-bbr") ? "bbr" : "cubic", ["devices"] = Names(devices), ["enabled"] = true };
    }

    /// <summary>enabled echoes the request; whether it works shows in the sizes.</summary>
    private JsonObject BigTcp(bool requested, KernelVersion needed)
    {
        var size = requested && kernel >= needed ? 196608 : 65536;
        var value = new JsonObject { ["maxGRO"] = size, ["maxGSO"] = size };
        if (requested)
        {
            value["enabled"] = true;
        }

        return value;
    }

    private JsonObject Controller(string name) => new()
    {
        ["configuration"] = new JsonObject { ["error-retry"] = true, ["interval"] = "1m0s" },
        ["name"] = name,
        ["status"] = new JsonObject
        {
            ["last-failure-timestamp"] = "0001-01-01T00:00:00.000Z",
            ["last-success-timestamp"] = run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["success-count"] = 1,
        },
        ["uuid"] = Guid.Empty.ToString(),
    };

    private JsonObject Hubble()
    {
        var hubble = State("Ok");
        var uptime = string.Create(CultureInfo.InvariantCulture, $"{(world.Now - run.StartedAt).TotalSeconds:0.###}s");
        hubble["observer"] = new JsonObject { ["current-flows"] = 16, ["max-flows"] = 4095, ["seen-flows"] = 16, ["uptime"] = uptime };
        return hubble;
    }

    private JsonObject Ipam()
    {
        var allocations = new JsonObject { [run.RouterIP] = "router", [run.HealthIP] = "health" };
        foreach (var (pod, ip) in agents.PodsOf(run))
        {
            allocations[ip] = $"{pod.Namespace()}/{pod.Name()}";
        }

        return new JsonObject
        {
            ["allocations"] = allocations,
            ["ipv4"] = new JsonArray([.. allocations.Select(JsonNode (pair) => JsonValue.Create(pair.Key))]),
            ["ipv6"] = null,
            ["status"] = $"IPv4: {allocations.Count}/254 allocated from {run.PodCIDR}, ",
        };
    }

    private JsonObject KubeProxyReplacement(List<HostLink> devices)
    {
        static JsonObject On() => new() { ["enabled"] = true };
        var on = config.ReplacesKubeProxy;
        var nodePort = new JsonObject();
        if (on)
        {
            nodePort = new JsonObject
            {
                ["acceleration"] = config.Text("bpf-lb-acceleration", "disabled") switch { "native" => "Native", "best-effort" => "Best-Effort", _ => "Disabled" },
                ["algorithm"] = config.Text("bpf-lb-algorithm", "random") == "maglev" ? "Maglev" : "Random",
                ["dsrMode"] = config.Text("bpf-lb-dsr-dispatch") switch { "geneve" => "Geneve", "ipip" => "IPIP", _ => "IP Option/Extension" },
                ["enabled"] = true,
                ["mode"] = config.Text("bpf-lb-mode", "snat") switch { "dsr" => "DSR", "hybrid" => "Hybrid", _ => "SNAT" },
                ["portMax"] = 32767,
                ["portMin"] = 30000,
            };
        }

        return new JsonObject
        {
            ["deviceList"] = new JsonArray([.. devices.Select(JsonNode (device) => new JsonObject
            {
                // The empty strings are the agent's.
                ["ip"] = new JsonArray("", "", device.Addresses[0].Split('/')[0]),
                ["name"] = device.Name,
            })]),
            ["devices"] = Names(devices),
            ["directRoutingDevice"] = "eth0",
            ["features"] = new JsonObject
            {
                ["annotations"] = null,
                ["externalIPs"] = on ? On() : [],
                ["hostPort"] = on ? On() : [],
                ["nat46X64"] = new JsonObject(),
                ["nodePort"] = nodePort,
                ["sessionAffinity"] = on || config.Minor >= 19 ? On() : [],
                ["socketLB"] = on ? On() : [],
                ["socketLBTracing"] = on ? On() : [],
            },
            ["mode"] = KubeProxyMode,
        };
    }

    private JsonObject Masquerading()
    {
        if (!config.MasqueradesIPv4)
        {
            return new JsonObject { ["enabledProtocols"] = new JsonObject() };
        }

        var protocols = new JsonObject { ["ipv4"] = true };
        if (config.Flag("enable-ipv6") && config.Flag("enable-ipv6-masquerade"))
        {
            protocols["ipv6"] = true;
        }

        var exclusion = config.Text("ipv4-native-routing-cidr", run.PodCIDR ?? "");
        return new JsonObject
        {
            ["enabled"] = true,
            ["enabledProtocols"] = protocols,
            ["mode"] = config.MasqueradesInBpf ? "BPF" : "iptables",
            ["snat-exclusion-cidr"] = exclusion,
            ["snat-exclusion-cidr-v4"] = exclusion,
        };
    }
}
