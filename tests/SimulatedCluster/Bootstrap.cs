using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster;

/// <summary>What every new cluster has: namespaces, the kubernetes Service, the built-in roles.</summary>
internal static class Bootstrap
{
    public static void Fill(ObjectStore store, bool controllers, string authority)
    {
        if (controllers)
        {
            ServiceAccounts.Run(store, authority);
        }

        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            store.Create("namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }

        store.Create("services", JsonText.ParseObject("""
            {"metadata":{"name":"kubernetes","namespace":"default","labels":{"component":"apiserver","provider":"kubernetes"}},
             "spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"type":"ClusterIP","ports":[{"name":"https","port":443,"protocol":"TCP","targetPort":6443}]}}
            """));
        Role(store, "cluster-admin", """[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]},{"nonResourceURLs":["*"],"verbs":["*"]}]""");
        Role(store, "view", """[{"apiGroups":["","apps","batch","policy","networking.k8s.io","discovery.k8s.io"],"resources":["*"],"verbs":["get","list","watch"]}]""");
        Role(store, "edit", """[{"apiGroups":["","apps","batch","policy","networking.k8s.io"],"resources":["*"],"verbs":["*"]}]""");
        Role(store, "admin", """[{"apiGroups":["","apps","batch","policy","networking.k8s.io","rbac.authorization.k8s.io"],"resources":["*"],"verbs":["*"]}]""");
        store.Create("clusterrolebindings.rbac.authorization.k8s.io", JsonText.ParseObject("""
            {"metadata":{"name":"cluster-admin"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:masters"}]}
            """));
        foreach (var (name, value) in new[] { ("system-node-critical", 2000001000), ("system-cluster-critical", 2000000000) })
        {
            store.Create("priorityclasses.scheduling.k8s.io", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["value"] = value });
        }
    }

    private static void Role(ObjectStore store, string name, string rules) =>
        store.Create("clusterroles.rbac.authorization.k8s.io", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } },
            ["rules"] = JsonNode.Parse(rules),
        });
}

/// <summary>The ServiceAccount and root CA controllers: every namespace gets <c>default</c> and <c>kube-root-ca.crt</c>.</summary>
internal static class ServiceAccounts
{
    public static void Run(ObjectStore store, string authority) => store.Changed += change =>
    {
        if (change is not { Resource: "namespaces", Type: ChangeType.Added })
        {
            return;
        }

        var name = change.Object.Key.Name;
        store.Create("serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = name } });
        store.Create("configmaps", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "kube-root-ca.crt", ["namespace"] = name },
            ["data"] = new JsonObject { ["ca.crt"] = authority },
        });
    };
}
