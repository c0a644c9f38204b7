using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>
/// The agents: each reads cilium-config once, when its pod starts, comes up or ends as a real one of its version would,
/// and from then on shapes its host. A change of the ConfigMap alone reaches no running agent.
/// </summary>
internal sealed class CiliumAgents(World world) : Actor(world), IWorkload
{
    private static readonly TimeSpan ApiRetry = TimeSpan.FromSeconds(35);
    private readonly SortedDictionary<string, AgentRun> runs = new(StringComparer.Ordinal);

    public Kubelet? Kubelet { get; set; }

    public IReadOnlyCollection<AgentRun> Runs => runs.Values;

    public AgentRun? On(string node) => runs.GetValueOrDefault(node);

    public bool Plays(JsonObject pod) => pod.Label("k8s-app") == "cilium" && pod.Arr("spec", "containers").Objects().Any(container => container.Str("name") == "cilium-agent");

    /// <summary>Where the node's CNI plugin gets addresses from; null when no agent answers it.</summary>
    public IReadOnlyList<string>? PodCIDRsOf(SimulatedHost host) =>
        On(host.Name) is { Working: true, PodCIDR: { } cidr } run ? [cidr, .. run.PodCIDRv6 is { } v6 ? [v6] : Array.Empty<string>()] : null;

    public override void Observe(Change change)
    {
        if (change.Resource == "pods" && change.Type != ChangeType.Deleted && change.Object.Value.Str("status", "phase") == "Running"
            && change.Object.Value.Bool("spec", "hostNetwork") != true && change.Previous?.Value.Str("status", "phase") != "Running")
        {
            LookAt(change.Object.Key);
        }
        else if (change.Resource == "ciliumnodes.cilium.io")
        {
            LookAt(new ObjectKey("", change.Object.Key.Name));
        }
    }

    public override void HostTouched(string node)
    {
        if (runs.ContainsKey(node))
        {
            LookAt(new ObjectKey("", node));
        }
    }

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        var run = runs.GetValueOrDefault(pod.Host.Name);
        if (run?.Uid != pod.Uid)
        {
            runs[pod.Host.Name] = run = new AgentRun(pod.Key, pod.Uid, pod.Host);
            run.CniDirectory = pod.Pod.Arr("spec", "volumes").Objects().FirstOrDefault(volume => volume.Str("name") == "etc-cni-netd").Str("hostPath", "path") ?? run.CniDirectory;
        }

        if (container == "config")
        {
            // It tries once at its start and again after 35 seconds.
            return new ContainerOutcome
            {
                ExitsAfter = ReachesApiServer(pod) ? World.Timings.InitContainer : ApiRetry,
                When = () => ReachesApiServer(pod) && (run.Config = Read(pod)) is not null,
                Log = ["level=info msg=\"Establishing connection to apiserver\" subsys=k8s-client"],
            };
        }

        return container == "cilium-agent" ? StartAgent(run, pod, now) : ContainerOutcome.Completes(World.Timings.InitContainer);
    }

    public void Ready(PodContext pod, string container, DateTimeOffset now)
    {
        if (runs.GetValueOrDefault(pod.Host.Name) is { } run && run.Uid == pod.Uid && container == "cilium-agent")
        {
            run.Ready = true;
            if (run.Config!.Minor == 13)
            {
                AgentDatapath.WriteCniConf(run);
            }

            World.Touch(pod.Host);

            // Its peers get a route to it; in a large cluster nobody looks at those.
            foreach (var node in World.Hosts.All.Count <= AgentDatapath.PeersWithRoutes ? runs.Keys.ToArray() : [pod.Host.Name])
            {
                LookAt(new ObjectKey("", node));
            }
        }
    }

    public void Stopped(PodContext pod, DateTimeOffset now)
    {
        if (runs.GetValueOrDefault(pod.Host.Name) is { } run && run.Uid == pod.Uid)
        {
            AgentDatapath.Stopped(pod.Host, run.Config);
            runs.Remove(pod.Host.Name);
            World.Touch(pod.Host);
        }
    }

    public CommandResult? Execute(PodContext pod, string container, IReadOnlyList<string> command, DateTimeOffset now) =>
        runs.GetValueOrDefault(pod.Host.Name) is { Running: true, Config: not null } run && run.Uid == pod.Uid && container == "cilium-agent"
            ? new AgentCommands(this, run, World).Execute(command)
            : null;

    /// <summary>Pods of a node that have an address of this agent.</summary>
    public IEnumerable<(JsonObject Pod, string IP)> PodsOf(AgentRun run) => Kubelet!.RunsOn(run.Host.Name)
        .Where(found => found.Run is { Network: "cilium", PodIP: not null })
        .Select(found => (found.Pod, found.Run.PodIP!));

    protected override void Reconcile(ObjectKey key)
    {
        if (key.Namespace.Length > 0)
        {
            CiliumEndpoints.Ensure(Store, Kubelet!, key);
            return;
        }

        if (runs.GetValueOrDefault(key.Name) is not { Running: true, Config: { } config } run)
        {
            return;
        }

        FindPodCIDRs(run);
        var confAt = run.StartedAt + (World.Timings.AgentWritesCniConf * run.Host.Knobs.Slowness);
        if (run.PodCIDR is not null && config.Minor > 13)
        {
            if (Now < confAt)
            {
                LookAgainAt(key, confAt);
            }
            else if (!run.Host.Files.ContainsKey(run.CniDirectory + "/05-cilium.conflist") && !config.Flag("custom-cni-conf"))
            {
                AgentDatapath.WriteCniConf(run);
                World.Touch(run.Host);
            }
        }

        if (run.Ready)
        {
            var waiting = config.HasOverlay && run.Host.Links.GetValueOrDefault("cilium_" + config.TunnelProtocol)?.Up != true;
            var bridged = run.Host.HasRoute(run.Host.PodCIDR, "cni0");
            AgentDatapath.Apply(run, Peers());
            if ((waiting && run.Working) || bridged != run.Host.HasRoute(run.Host.PodCIDR, "cni0"))
            {
                World.Touch(run.Host);
            }
        }
    }

    private ContainerOutcome StartAgent(AgentRun run, PodContext pod, DateTimeOffset now)
    {
        run.Ready = false;
        run.Config ??= Read(pod);
        if (AgentFatal.Of(run.Config, pod.Host) is { } fatal)
        {
            run.Running = false;
            var log = AgentFatal.Log(fatal, run.Config, now);

            // The kubelet keeps the beginning of what it is given; the fatal line is cut off.
            var message = string.Join('\n', log);
            return ContainerOutcome.Fails(World.Timings.AgentFatal, 255, log) with { TerminationMessage = message[..Math.Min(message.Length, 1755)] };
        }

        run.Running = true;
        run.StartedAt = now;
        EnsureCiliumNode(run);
        LookAt(new ObjectKey("", pod.Host.Name));
        return new ContainerOutcome
        {
            ReadyAfter = World.Timings.AgentReady,
            When = () =>
            {
                EnsureCiliumNode(run);
                FindPodCIDRs(run);
                return run.PodCIDR is not null;
            },
            Log = [$"level=info msg=\"Cilium {run.Config.Version} started\" subsys=daemon"],
        };
    }

    /// <summary>Nodes are known by their CiliumNodes: one whose agent is away keeps its routes.</summary>
    private List<(SimulatedHost Host, IReadOnlyList<string> PodCIDRs)> Peers() => World.Hosts.All.Count > AgentDatapath.PeersWithRoutes
        ? []
        :
        [
            .. World.Hosts.All
                .Select(host => (host, On(host.Name) is { Ready: true, PodCIDR: { } cidr } run ? [cidr, .. run.PodCIDRv6 is { } v6 ? [v6] : Array.Empty<string>()] : host.Cilium?.PodCIDRs ?? []))
                .Where(peer => peer.Item2.Count > 0),
        ];

    private AgentConfig Read(PodContext pod)
    {
        var settings = new Dictionary<string, string>();
        void Overlay(JsonObject? data)
        {
            foreach (var (name, value) in data ?? [])
            {
                settings[name] = value.AsString() ?? "";
            }
        }

        Overlay(Store.Get("configmaps", pod.Key.Namespace, "cilium-config").Obj("data"));
        if (Store.Resources.Find("ciliumnodeconfigs.cilium.io") is not null)
        {
            var node = View.Node(pod.Host.Name);
            foreach (var overrides in Store.List("ciliumnodeconfigs.cilium.io", pod.Key.Namespace)
                .Where(found => node is not null && Controllers.NodeFit.SelectorMatches(found.Obj("spec", "nodeSelector"), node)))
            {
                Overlay(overrides.Obj("spec", "defaults"));
            }
        }

        return new AgentConfig(settings, VersionOf(pod.Pod));
    }

    private static string VersionOf(JsonObject pod)
    {
        var image = pod.Arr("spec", "containers").Objects().First().Str("image") ?? "";
        var tag = image.Split('@')[0];
        return tag[(tag.LastIndexOf(':') + 1)..].TrimStart('v');
    }

    /// <summary>Through an address of its own, or through the service that kube-proxy provides.</summary>
    private static bool ReachesApiServer(PodContext pod) =>
        pod.Pod.Arr("spec", "initContainers").Objects().First().Arr("env").Objects()
            .Any(variable => variable.Str("name") == "KUBERNETES_SERVICE_HOST" && variable.Str("value") is { Length: > 0 } and not "auto")
        || pod.Host.HasChain("KUBE-SERVICES");

    private void EnsureCiliumNode(AgentRun run)
    {
        if (Store.Resources.Find("ciliumnodes.cilium.io") is not null && Store.Get("ciliumnodes.cilium.io", null, run.Host.Name) is null
            && Store.Get("nodes", null, run.Host.Name) is { } node)
        {
            Store.Create("ciliumnodes.cilium.io", new JsonObject
            {
                ["apiVersion"] = "cilium.io/v2",
                ["kind"] = "CiliumNode",
                ["metadata"] = new JsonObject
                {
                    ["name"] = run.Host.Name,
                    ["labels"] = node.Obj("metadata", "labels")?.DeepClone(),
                    ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node.Name(), ["uid"] = node.Uid() }),
                },
                ["spec"] = new JsonObject
                {
                    ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["ip"] = run.Host.InternalIP }),
                    ["ipam"] = new JsonObject { ["podCIDRs"] = run.Config!.Text("ipam") == "kubernetes" ? node.Arr("spec", "podCIDRs")?.DeepClone() : new JsonArray() },
                },
            });
        }
    }

    private void FindPodCIDRs(AgentRun run)
    {
        if (run.PodCIDR is null && Store.Resources.Find("ciliumnodes.cilium.io") is not null)
        {
            var cidrs = Store.Get("ciliumnodes.cilium.io", null, run.Host.Name).Arr("spec", "ipam", "podCIDRs").Strings().ToList();
            run.PodCIDR = cidrs.Find(cidr => !cidr.Contains(':', StringComparison.Ordinal));
            run.PodCIDRv6 = run.Config!.Flag("enable-ipv6") ? cidrs.Find(cidr => cidr.Contains(':', StringComparison.Ordinal)) : null;
        }
    }
}
