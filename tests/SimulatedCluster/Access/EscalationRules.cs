using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Access;

/// <summary>
/// Nobody grants what they do not hold: a role needs all its permissions or the verb <c>escalate</c>, a binding those of
/// its role or the verb <c>bind</c>. It is what an operator with too few rights meets when helm applies a chart's roles.
/// </summary>
internal sealed class EscalationRules(Func<ObjectStore> store) : IObjectRules
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public void Admit(ObjectWrite write)
    {
        if (write.Resource.Group != Rbac || write.Options.Requester is not { IsAdmin: false } user)
        {
            return;
        }

        var authorizer = new Authorizer(store());
        var ns = write.Value.Namespace();
        if (write.Resource.Plural is "roles" or "clusterroles")
        {
            if ((write.Old is null || !JsonReading.Same(write.Old["rules"], write.Value["rules"]))
                && !authorizer.Allows(user, new AccessQuery("escalate", Rbac, write.Resource.Plural, "", ns, write.Value.Name())))
            {
                Check(write, user, authorizer, ns, write.Value.Arr("rules"));
            }

            return;
        }

        var reference = write.Value.Obj("roleRef");
        var (kind, name) = (reference.Str("kind") == "ClusterRole" ? "clusterroles" : "roles", reference.Str("name") ?? "");
        if (!authorizer.Allows(user, new AccessQuery("bind", Rbac, kind, "", ns, name)))
        {
            var resource = store().Resources.Get($"{kind}.{Rbac}");
            var role = store().Find(resource, kind == "roles" ? ns : null, name) ?? throw ApiException.NotFound(resource, name);
            Check(write, user, authorizer, ns, role.Value.Arr("rules"));
        }
    }

    private static void Check(ObjectWrite write, UserInfo user, Authorizer authorizer, string? @namespace, JsonArray? rules)
    {
        var missing = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (query, shown) in rules.Objects().SelectMany(rule => Queries(rule, @namespace)))
        {
            if (authorizer.Holds(user, query))
            {
                continue;
            }

            if (!missing.TryGetValue(shown, out var verbs))
            {
                missing[shown] = verbs = [];
            }

            verbs.Add($"\"{query.Verb}\"");
        }

        if (missing.Count > 0)
        {
            var groups = string.Join(' ', user.Groups.Select(group => $"\"{group}\""));
            var lines = missing.Select(rule => $"{{{rule.Key}, Verbs:[{string.Join(' ', rule.Value.Distinct())}]}}");
            throw ApiException.Forbidden(write.Resource, write.Value.Name(), $"user \"{user.Name}\" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', lines)}");
        }
    }

    private static IEnumerable<(AccessQuery Query, string Shown)> Queries(JsonObject rule, string? @namespace)
    {
        foreach (var verb in rule.Arr("verbs").Strings())
        {
            foreach (var url in rule.Arr("nonResourceURLs").Strings())
            {
                yield return (new AccessQuery(verb, "", "", "", null, "", url), $"NonResourceURLs:[\"{url}\"]");
            }

            foreach (var group in rule.Arr("apiGroups").Strings())
            {
                foreach (var resource in rule.Arr("resources").Strings())
                {
                    var names = rule.Arr("resourceNames").Strings().DefaultIfEmpty("");
                    foreach (var name in names)
                    {
                        var parts = resource.Split('/', 2);
                        yield return (new AccessQuery(verb, group, parts[0], parts.Length > 1 ? parts[1] : "", @namespace, name),
                            $"APIGroups:[\"{group}\"], Resources:[\"{resource}\"]{(name.Length > 0 ? $", ResourceNames:[\"{name}\"]" : "")}");
                    }
                }
            }
        }
    }
}
