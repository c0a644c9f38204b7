using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.Operator.Scenarios.Restore;

/// <summary>A cluster's objects without what the server writes, and its hosts without what belongs to single pods: to be compared as text.</summary>
internal static class ClusterPicture
{
    private static readonly string[] s_kinds =
    [
        "namespaces", "nodes", "serviceaccounts", "configmaps", "services", "daemonsets.apps", "deployments.apps", "statefulsets.apps",
        "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io", "secrets",
        "customresourcedefinitions.apiextensions.k8s.io",
    ];

    private static readonly string[] s_server = ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"];

    public static SortedDictionary<string, string> Take(ScenarioCluster cluster)
    {
        var picture = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var kind in s_kinds)
        {
            foreach (var found in cluster.Store.List(kind))
            {
                var text = Without(found).ToJsonString();
                var metadata = found["metadata"]!;
                picture[$"{kind} {(string?)metadata["namespace"]}/{(string?)metadata["name"]}"] = text;
            }
        }

        // The backup outlives its use.
        picture.Remove("secrets kube-system/netprofile-backup");
        foreach (var node in cluster.Store.List("nodes").Select(n => (string)n["metadata"]!["name"]!))
        {
            cluster.Living.Host(node, host => Add(picture, host));
        }

        return picture;
    }

    public static void AssertSame(SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        var differences = before.Keys.Union(after.Keys)
            .Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key))
            .Select(key => $"{key}\n  before {before.GetValueOrDefault(key) ?? "-"}\n  after  {after.GetValueOrDefault(key) ?? "-"}").ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static JsonObject Without(JsonObject live)
    {
        var copy = live.DeepClone().AsObject();
        copy.Remove("status");
        var metadata = copy["metadata"]!.AsObject();
        foreach (var field in s_server)
        {
            metadata.Remove(field);
        }

        if (metadata["annotations"] is JsonObject annotations)
        {
            annotations.Remove("deprecated.daemonset.template.generation");
            if (annotations.Count == 0)
            {
                metadata.Remove("annotations");
            }
        }

        if (metadata["labels"] is JsonObject { Count: 0 })
        {
            metadata.Remove("labels");
        }

        if (copy["spec"] is JsonObject spec)
        {
            spec.Remove("taints");
        }

        return copy;
    }

    private static int Add(SortedDictionary<string, string> picture, SimulatedHost host)
    {
        foreach (var link in host.Links.Values.Where(link => link.Master is null))
        {
            picture[$"{host.Name} link {link.Name}"] = $"{link.Kind} {link.Mtu} {link.Up} {link.TunnelPort} {string.Join(',', link.Addresses)}";
        }

        foreach (var route in host.Routes)
        {
            picture[$"{host.Name} route {route.Destination} {route.Device}"] = $"{route.Via} {route.Protocol}";
        }

        foreach (var chain in host.Chains)
        {
            picture[$"{host.Name} chain {chain.Family} {chain.Table} {chain.Name} {chain.JumpFrom}"] = chain.Comment ?? "";
        }

        foreach (var (path, content) in host.Files.Where(f => !f.Key.StartsWith("/var/lib/netprofile", StringComparison.Ordinal) && !f.Key.StartsWith("/var/lib/cni/", StringComparison.Ordinal) && !f.Key.EndsWith('/')))
        {
            picture[$"{host.Name} file {path}"] = content;
        }

        foreach (var table in host.NftTables)
        {
            picture[$"{host.Name} table {table}"] = "";
        }

        picture[$"{host.Name} loaded"] = host.Cilium is null ? "" : "Cilium";
        return 0;
    }
}
