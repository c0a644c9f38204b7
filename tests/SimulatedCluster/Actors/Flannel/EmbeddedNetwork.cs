using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>k3s: Flannel and kube-proxy are part of each node's own process, until it is started anew without them.</summary>
internal sealed class EmbeddedNetwork(World world) : Actor(world)
{
    public override void Observe(Change change)
    {
        if (change is { Resource: "nodes", Type: ChangeType.Added })
        {
            LookAt(change.Object.Key);
        }
    }

    public override void HostTouched(string node)
    {
        if (World.Hosts.Find(node) is { EmbeddedFlannel: true } or { EmbeddedKubeProxy: true })
        {
            LookAt(new ObjectKey("", node));
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (World.Hosts.Find(key.Name) is not { Knobs.Unreachable: false } host || View.Node(key.Name) is not { } node)
        {
            return;
        }

        var changed = false;
        if (host.EmbeddedFlannel && (!FlannelTraces.AreThere(host, FlannelSettings.Default) || node.Annotation("flannel.alpha.coreos.com/backend-type") is null))
        {
            FlannelTraces.CopyFiles(host, FlannelSettings.Default);
            FlannelWorkload.Bring(World, host, FlannelSettings.Default, Now);
            FlannelWorkload.Welcome(World, host, FlannelSettings.Default, World.Hosts.All.Where(peer => peer.EmbeddedFlannel));
            changed = true;
        }

        if (host.EmbeddedKubeProxy && !KubeProxyRules.AreThere(host, "iptables"))
        {
            KubeProxyRules.Install(host, "iptables");
            changed = true;
        }

        if (changed)
        {
            World.Touch(host);
        }
    }

    /// <summary>As k3s writes down with what it was started.</summary>
    public static void Annotate(JsonObject node, SimulatedHost host, bool server)
    {
        var arguments = new JsonArray((JsonNode)(server ? "server" : "agent"));
        if (server && !host.EmbeddedFlannel)
        {
            arguments.Add((JsonNode)"--flannel-backend=none");
            arguments.Add((JsonNode)"--disable-network-policy");
        }

        if (server && !host.EmbeddedKubeProxy)
        {
            arguments.Add((JsonNode)"--disable-kube-proxy");
        }

        node.Ensure("metadata", "annotations")["k3s.io/node-args"] = arguments.ToJsonString();
    }
}
