using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Controllers;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>
/// cilium-operator: CRDs, pod CIDRs of nodes, the agent-not-ready taint and the CiliumIsUp condition, and the watcher that
/// deletes unmanaged DNS pods. It acts while one of its pods is ready.
/// </summary>
internal sealed class CiliumOperator(World world) : Actor(world), IWorkload
{
    private const string Nodes = "ciliumnodes.cilium.io";
    private static readonly ObjectKey Leader = new("", "");
    private readonly Dictionary<string, DateTimeOffset> ready = [];
    private readonly PodCidrPool pool = new();
    private AgentConfig? config;
    private string @namespace = "kube-system";
    private DateTimeOffset lastRestart;

    public bool Plays(JsonObject pod) => pod.Label("name") == "cilium-operator" && pod.Label("io.cilium/app") == "operator";

    public override void Observe(Change change)
    {
        var key = change.Object.Key;
        switch (change.Resource)
        {
            case "pods" when change.Object.Value.Label("k8s-app") == "cilium":
                LookAt(new ObjectKey("", change.Object.Value.Str("spec", "nodeName") ?? ""));
                break;
            case "nodes" or Nodes:
                if (change is { Resource: "nodes", Type: ChangeType.Deleted } && Store.Resources.Find(Nodes) is not null)
                {
                    Store.Delete(Nodes, null, key.Name);
                }

                LookAt(new ObjectKey("", key.Name));
                break;
        }
    }

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        var settings = Store.Get("configmaps", pod.Key.Namespace, "cilium-config").Obj("data") ?? [];
        var image = (pod.Pod.Arr("spec", "containers").Objects().First().Str("image") ?? "").Split('@')[0];
        config = new AgentConfig(settings.ToDictionary(pair => pair.Key, pair => pair.Value.AsString() ?? ""), image[(image.LastIndexOf(':') + 1)..].TrimStart('v'));
        @namespace = pod.Key.Namespace;
        return ContainerOutcome.Serves(World.Timings.ContainerReady);
    }

    public void Ready(PodContext pod, string container, DateTimeOffset now)
    {
        ready[pod.Uid] = now;
        LookAt(Leader);
    }

    public void Stopped(PodContext pod, DateTimeOffset now) => ready.Remove(pod.Uid);

    protected override void Reconcile(ObjectKey key)
    {
        if (ready.Count == 0 || config is null)
        {
            return;
        }

        if (key != Leader)
        {
            if (Store.Resources.Find(Nodes) is not null)
            {
                AllocatePodCIDR(key.Name);
                MarkNode(key.Name);
            }

            return;
        }

        var crdsAt = ready.Values.Min() + World.Timings.CiliumCrds;
        if (Now < crdsAt)
        {
            LookAgainAt(Leader, crdsAt);
            return;
        }

        if (!config.Flag("skip-crd-creation"))
        {
            CreateCrds(config.Minor);
        }

        foreach (var node in View.Nodes)
        {
            LookAt(new ObjectKey("", node.Name()));
        }

        RestartUnmanaged();
    }

    private void CreateCrds(int minor)
    {
        foreach (var crd in CiliumCrds.For(minor))
        {
            const string resource = "customresourcedefinitions.apiextensions.k8s.io";
            if (Store.Get(resource, null, crd.Name()) is null)
            {
                Store.Create(resource, crd);
            }
            else
            {
                Store.Modify(resource, null, crd.Name(), stored => stored["spec"]!["versions"] = crd["spec"]!["versions"]!.DeepClone());
            }
        }
    }

    private void AllocatePodCIDR(string node)
    {
        if (config!.Text("ipam") != "cluster-pool" || Store.Get(Nodes, null, node) is not { } found)
        {
            return;
        }

        if (found.Arr("spec", "ipam", "podCIDRs").Strings().FirstOrDefault() is { } has)
        {
            pool.Take(has);
            return;
        }

        var mask = config.Number("cluster-pool-ipv4-mask-size");
        if (pool.Next(config.Text("cluster-pool-ipv4-cidr").Split(' '), mask == 0 ? 24 : mask) is { } cidr)
        {
            var cidrs = new JsonArray((JsonNode)cidr);
            if (config.Flag("enable-ipv6"))
            {
                cidrs.Add((JsonNode)pool.NextV6(config.Text("cluster-pool-ipv6-cidr").Split(' ')[0], config.Number("cluster-pool-ipv6-mask-size")));
            }

            Store.Modify(Nodes, null, node, value => value.Ensure("spec", "ipam")["podCIDRs"] = cidrs);
        }
    }

    /// <summary>A ready agent takes the taint away and says CiliumIsUp; one that is not ready gets the taint; no agent, no change.</summary>
    private void MarkNode(string name)
    {
        if (Store.Get("nodes", null, name) is not { } node
            || View.PodsOn(name).FirstOrDefault(pod => pod.Label("k8s-app") == "cilium" && pod.Namespace() == @namespace) is not { } agent)
        {
            return;
        }

        var key = config!.Text("agent-not-ready-taint-key", "node.cilium.io/agent-not-ready");
        var up = PodTemplates.IsReady(agent) && !agent.IsDeleting();
        if (up ? config.Flag("remove-cilium-node-taints") : config.Flag("set-cilium-node-taints"))
        {
            NodeTaints.Replace(Store, node, taint => taint == key, up ? [] : [new NodeTaint(key, "NoSchedule")]);
        }

        var condition = node.Arr("status", "conditions").Objects().FirstOrDefault(found => found.Str("type") == "NetworkUnavailable");
        if (up && config.Flag("set-cilium-is-up-condition") && condition?.Str("reason") != "CiliumIsUp")
        {
            var now = PodStatus.Stamp(Now);
            Store.ModifyStatus("nodes", null, name, value =>
                NodeObjects.SetCondition(value, "NetworkUnavailable", "False", "CiliumIsUp", "Cilium is running on this node", now));
        }
    }

    /// <summary>One pod of the cluster DNS without a CiliumEndpoint per interval.</summary>
    private void RestartUnmanaged()
    {
        var text = config!.Text("unmanaged-pod-watcher-interval", "0").TrimEnd('s');
        if (!double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) || seconds <= 0)
        {
            return;
        }

        var interval = TimeSpan.FromSeconds(seconds);
        LookAgainAt(Leader, Now + interval);
        if (Now < lastRestart + interval || Store.Resources.Find(CiliumEndpoints.Resource) is null)
        {
            return;
        }

        var unmanaged = View.Pods
            .Where(pod => pod.Label("k8s-app") == "kube-dns" && pod.Bool("spec", "hostNetwork") != true && pod.Str("status", "phase") == "Running" && !pod.IsDeleting())
            .OrderBy(pod => pod.Name(), StringComparer.Ordinal)
            .FirstOrDefault(pod => Store.Get(CiliumEndpoints.Resource, pod.Namespace(), pod.Name()) is null);
        if (unmanaged is not null)
        {
            lastRestart = Now;
            Store.Delete("pods", unmanaged.Namespace(), unmanaged.Name());
        }
    }
}
