using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>The CRDs that the operator of a version makes; their schemas accept anything.</summary>
internal static class CiliumCrds
{
    private static readonly (string Kind, string Plural, bool Namespaced, string[] Short, string Version)[] Kinds =
    [
        ("CiliumIdentity", "ciliumidentities", false, ["ciliumid"], "v2"),
        ("CiliumPodIPPool", "ciliumpodippools", false, ["cpip"], "v2alpha1"),
        ("CiliumEndpoint", "ciliumendpoints", true, ["cep", "ciliumep"], "v2"),
        ("CiliumNode", "ciliumnodes", false, ["cn", "ciliumn"], "v2"),
        ("CiliumNetworkPolicy", "ciliumnetworkpolicies", true, ["cnp", "ciliumnp"], "v2"),
        ("CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies", false, ["ccnp"], "v2"),
        ("CiliumCIDRGroup", "ciliumcidrgroups", false, ["ccg"], "v2"),
        ("CiliumLoadBalancerIPPool", "ciliumloadbalancerippools", false, ["ippools", "lbippool"], "v2"),
        ("CiliumL2AnnouncementPolicy", "ciliuml2announcementpolicies", false, ["l2announcement"], "v2alpha1"),
        ("CiliumNodeConfig", "ciliumnodeconfigs", true, [], "v2"),
    ];

    public static IEnumerable<JsonObject> For(int minor) => Kinds.Select(kind =>
    {
        // CiliumNodeConfig became v2 in 1.16, and only v2 in 1.20.
        string[] versions = kind.Kind != "CiliumNodeConfig" ? [kind.Version]
            : minor < 16 ? ["v2alpha1"] : minor < 20 ? ["v2", "v2alpha1"] : ["v2"];
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject
            {
                ["name"] = kind.Plural + ".cilium.io",
                ["labels"] = new JsonObject { ["io.cilium.k8s.crd.schema.version"] = $"1.{minor + 13}.0" },
            },
            ["spec"] = new JsonObject
            {
                ["group"] = "cilium.io",
                ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
                ["names"] = new JsonObject
                {
                    ["kind"] = kind.Kind,
                    ["plural"] = kind.Plural,
                    ["singular"] = kind.Kind.ToLowerInvariant(),
                    ["shortNames"] = new JsonArray([.. kind.Short.Select(JsonNode (name) => JsonValue.Create(name))]),
                    ["listKind"] = kind.Kind + "List",
                    ["categories"] = new JsonArray((JsonNode)"cilium"),
                },
                ["versions"] = new JsonArray([.. versions.Select((version, index) => (JsonNode)Version(version, storage: index == 0))]),
            },
        };
    });

    private static JsonObject Version(string name, bool storage) => new()
    {
        ["name"] = name,
        ["served"] = true,
        ["storage"] = storage,
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
    };
}
