using System.Text.Json.Nodes;
using NetProfile.Crds.Schema.Validation.Cel;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Access;

/// <summary>What an admission policy sees of a request.</summary>
internal sealed record AdmissionRequest(ResourceDefinition Resource, string Subresource, string Operation, string? Namespace, string Name, UserInfo User, bool DryRun)
{
    /// <summary>matchConstraints of a policy, matchResources of a binding; null matches everything.</summary>
    public bool Matches(JsonObject? constraints, Func<ObjectStore> store, JsonObject? value)
    {
        if (constraints is null)
        {
            return true;
        }

        var rules = constraints.Arr("resourceRules").Objects().ToList();
        if ((rules.Count > 0 && !rules.Exists(Covers)) || constraints.Arr("excludeResourceRules").Objects().Any(Covers))
        {
            return false;
        }

        return (constraints.Obj("objectSelector") is not { Count: > 0 } objects || LabelSelector.From(objects)!.Matches(value.Obj("metadata", "labels")))
            && (constraints.Obj("namespaceSelector") is not { Count: > 0 } namespaces || Namespace is null
                || LabelSelector.From(namespaces)!.Matches(store().Get("namespaces", null, Namespace).Obj("metadata", "labels")));
    }

    public Dictionary<string, object?> Variables(JsonObject? value, JsonObject? old) => new()
    {
        ["object"] = CelValues.From(value, null),
        ["oldObject"] = CelValues.From(old, null),
        ["params"] = null,
        ["request"] = CelValues.From(Describe(), null),
    };

    private bool Covers(JsonObject rule)
    {
        var full = Subresource.Length == 0 ? Resource.Plural : $"{Resource.Plural}/{Subresource}";
        var names = rule.Arr("resourceNames").Strings().ToList();
        return Has(rule, "apiGroups", Resource.Group) && Has(rule, "apiVersions", Resource.Version) && Has(rule, "operations", Operation)
            && rule.Arr("resources").Strings().Any(name => name == full || name == "*/*" || (name == "*" && Subresource.Length == 0) || (Subresource.Length > 0 && (name == $"{Resource.Plural}/*" || name == $"*/{Subresource}")))
            && (names.Count == 0 || names.Contains(Name))
            && (rule.Str("scope") is not ("Cluster" or "Namespaced") || rule.Str("scope") == (Resource.Namespaced ? "Namespaced" : "Cluster"));
    }

    private static bool Has(JsonObject rule, string list, string wanted) => rule.Arr(list).Strings().Any(value => value == "*" || value == wanted);

    private JsonObject Describe()
    {
        var extra = new JsonObject();
        foreach (var (key, values) in User.Extra)
        {
            extra[key] = new JsonArray([.. values.Select(JsonNode (text) => JsonValue.Create(text))]);
        }

        return new JsonObject
        {
            ["kind"] = new JsonObject { ["group"] = Resource.Group, ["version"] = Resource.Version, ["kind"] = Resource.Kind },
            ["resource"] = new JsonObject { ["group"] = Resource.Group, ["version"] = Resource.Version, ["resource"] = Resource.Plural },
            ["subResource"] = Subresource,
            ["name"] = Name,
            ["namespace"] = Namespace ?? "",
            ["operation"] = Operation,
            ["dryRun"] = DryRun,
            ["userInfo"] = new JsonObject
            {
                ["username"] = User.Name,
                ["uid"] = User.Uid,
                ["groups"] = new JsonArray([.. User.Groups.Select(JsonNode (group) => JsonValue.Create(group))]),
                ["extra"] = extra,
            },
        };
    }
}
