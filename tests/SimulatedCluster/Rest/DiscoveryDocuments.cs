using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>The documents below /api and /apis.</summary>
internal static class DiscoveryDocuments
{
    private static readonly Dictionary<string, (string Group, string Version, string Kind)> ForeignKinds = new()
    {
        ["scale"] = ("autoscaling", "v1", "Scale"),
        ["eviction"] = ("policy", "v1", "Eviction"),
        ["token"] = ("authentication.k8s.io", "v1", "TokenRequest"),
        ["binding"] = ("", "v1", "Binding"),
        ["exec"] = ("", "v1", "PodExecOptions"),
        ["attach"] = ("", "v1", "PodAttachOptions"),
        ["portforward"] = ("", "v1", "PodPortForwardOptions"),
    };

    public static JsonObject CoreVersions() => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = "127.0.0.1" }),
    };

    public static JsonObject Groups(ResourceRegistry resources) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. resources.All.Select(resource => resource.Group).Where(group => group.Length > 0).Distinct().Select(JsonNode (group) => GroupBody(resources, group))]),
    };

    public static JsonObject? Group(ResourceRegistry resources, string group)
    {
        if (!resources.All.Any(resource => resource.Group == group))
        {
            return null;
        }

        var body = GroupBody(resources, group);
        body.Insert(0, "kind", "APIGroup");
        body.Insert(1, "apiVersion", "v1");
        return body;
    }

    public static JsonObject Resources(ResourceRegistry resources, string group, string version)
    {
        var list = new JsonArray();
        foreach (var resource in resources.All.Where(resource => resource.Group == group && resource.Version == version))
        {
            list.Add((JsonNode)Legacy(resource));
            foreach (var subresource in resource.Subresources)
            {
                list.Add((JsonNode)LegacySubresource(resource, subresource));
            }
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = list,
        };
    }

    public static JsonObject Aggregated(ResourceRegistry resources, bool core) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. resources.All.Where(resource => resource.Group.Length == 0 == core).GroupBy(resource => resource.Group).Select(JsonNode (group) => new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = group.Key.Length == 0 ? null : group.Key, ["creationTimestamp"] = null },
            ["versions"] = new JsonArray([.. group.GroupBy(resource => resource.Version).Select(JsonNode (versioned) => new JsonObject
            {
                ["version"] = versioned.Key,
                ["resources"] = new JsonArray([.. versioned.Select(JsonNode (resource) => AggregatedResource(resource))]),
                ["freshness"] = "Current",
            })]),
        })]),
    };

    private static JsonObject GroupBody(ResourceRegistry resources, string group)
    {
        var versions = resources.All.Where(resource => resource.Group == group).Select(resource => resource.Version).Distinct()
            .Select(version => new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version }).ToList();
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private static JsonObject Legacy(ResourceDefinition resource)
    {
        var body = new JsonObject
        {
            ["name"] = resource.Plural,
            ["singularName"] = resource.Singular,
            ["namespaced"] = resource.Namespaced,
            ["kind"] = resource.Kind,
            ["verbs"] = Texts(resource.Verbs),
        };
        AddTexts(body, "shortNames", resource.ShortNames);
        AddTexts(body, "categories", resource.Categories);
        return body;
    }

    private static JsonObject LegacySubresource(ResourceDefinition resource, string subresource)
    {
        var (group, version, kind) = KindOf(resource, subresource);
        var body = new JsonObject
        {
            ["name"] = $"{resource.Plural}/{subresource}",
            ["singularName"] = "",
            ["namespaced"] = resource.Namespaced,
        };
        if (ForeignKinds.ContainsKey(subresource))
        {
            body["group"] = group;
            body["version"] = version;
        }

        body["kind"] = kind;
        body["verbs"] = Texts(SubresourceVerbs(subresource));
        return body;
    }

    private static JsonObject AggregatedResource(ResourceDefinition resource)
    {
        var body = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = new JsonObject { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind },
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Texts(resource.Verbs),
        };
        AddTexts(body, "shortNames", resource.ShortNames);
        AddTexts(body, "categories", resource.Categories);
        if (resource.Subresources.Count > 0)
        {
            body["subresources"] = new JsonArray([.. resource.Subresources.Select(JsonNode (name) =>
            {
                var (group, version, kind) = KindOf(resource, name);
                return new JsonObject
                {
                    ["subresource"] = name,
                    ["responseKind"] = new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = kind },
                    ["verbs"] = Texts(SubresourceVerbs(name)),
                };
            })]);
        }

        return body;
    }

    private static (string Group, string Version, string Kind) KindOf(ResourceDefinition resource, string subresource) =>
        ForeignKinds.TryGetValue(subresource, out var foreign) ? foreign : (resource.Group, resource.Version, resource.Kind);

    private static string[] SubresourceVerbs(string subresource) => subresource switch
    {
        "status" or "scale" or "approval" or "ephemeralcontainers" => ["get", "patch", "update"],
        "finalize" => ["update"],
        "log" => ["get"],
        "exec" or "attach" or "portforward" => ["create", "get"],
        "proxy" => ["create", "delete", "get", "patch", "update"],
        _ => ["create"],
    };

    private static void AddTexts(JsonObject body, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            body[key] = Texts(values);
        }
    }

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(JsonNode (value) => JsonValue.Create(value))]);
}
