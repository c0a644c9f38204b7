using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Rest;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Access;

/// <summary>One question to the authorizer; <see cref="Path"/> is set for non-resource URLs.</summary>
internal sealed record AccessQuery(string Verb, string Group, string Resource, string Subresource, string? Namespace, string Name, string? Path = null)
{
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}

/// <summary>RBAC, evaluated against the Role and Binding objects in the store.</summary>
internal sealed class Authorizer(ObjectStore store)
{
    private const string Rbac = "rbac.authorization.k8s.io";

    private static readonly HashSet<string> PublicPaths = ["/healthz", "/livez", "/readyz", "/version"];

    // What system:discovery and system:basic-user grant every authenticated user.
    private static readonly string[] DiscoveryPaths = ["/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz"];

    public void Check(UserInfo user, RequestInfo info)
    {
        var query = new AccessQuery(info.Verb, info.Group, info.Plural, info.Subresource, info.Namespace, info.Name);
        if (Allows(user, query))
        {
            return;
        }

        var (what, where) = Describe(query);
        var subject = query.Name.Length > 0 ? $"{Qualified(query)} \"{query.Name}\" is forbidden" : $"{Qualified(query)} is forbidden";
        var details = new JsonObject { ["kind"] = query.Resource };
        if (query.Name.Length > 0)
        {
            details["name"] = query.Name;
        }

        if (query.Group.Length > 0)
        {
            details["group"] = query.Group;
        }

        throw ApiException.Create(403, "Forbidden", $"{subject}: User \"{user.Name}\" cannot {query.Verb} {what} {where}", details);
    }

    public void CheckPath(UserInfo user, HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        var verb = request.Method.ToLowerInvariant();
        if (!Allows(user, new AccessQuery(verb, "", "", "", null, "", path)))
        {
            throw ApiException.Create(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {verb} path \"{path}\"", []);
        }
    }

    public void CheckImpersonation(UserInfo user, UserInfo other)
    {
        if (!Allows(user, new AccessQuery("impersonate", "", "users", "", null, other.Name)))
        {
            throw ApiException.Create(403, "Forbidden", $"users \"{other.Name}\" is forbidden: User \"{user.Name}\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope",
                new JsonObject { ["name"] = other.Name, ["kind"] = "users" });
        }
    }

    public bool Allows(UserInfo user, AccessQuery query)
    {
        if (user.IsAdmin)
        {
            return true;
        }

        if (query.Path is { } path && (PublicPaths.Contains(path)
            || (user.Groups.Contains("system:authenticated") && query.Verb is "get" or "head" && DiscoveryPaths.Any(known => path == known || path.StartsWith(known + "/", StringComparison.Ordinal)))))
        {
            return true;
        }

        if (query is { Verb: "create", Group: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" or "selfsubjectrulesreviews" }
            or { Verb: "create", Group: "authentication.k8s.io", Resource: "selfsubjectreviews" })
        {
            return user.Groups.Contains("system:authenticated");
        }

        return RulesFor(user, query.Namespace).Any(rule => Covers(rule, query));
    }

    /// <summary>Whether the user's own rules cover a permission that a role would grant.</summary>
    public bool Holds(UserInfo user, AccessQuery query) => RulesFor(user, query.Namespace).Any(rule => Covers(rule, query));

    /// <summary>All rules that hold for the user, cluster-wide and in the namespace.</summary>
    public IEnumerable<JsonObject> RulesFor(UserInfo user, string? @namespace)
    {
        foreach (var binding in store.List($"clusterrolebindings.{Rbac}").Where(binding => Binds(binding, user)))
        {
            foreach (var rule in store.Get($"clusterroles.{Rbac}", null, binding.Str("roleRef", "name") ?? "").Arr("rules").Objects())
            {
                yield return rule;
            }
        }

        if (@namespace is null)
        {
            yield break;
        }

        foreach (var binding in store.List($"rolebindings.{Rbac}", @namespace).Where(binding => Binds(binding, user)))
        {
            var name = binding.Str("roleRef", "name") ?? "";
            var role = binding.Str("roleRef", "kind") == "ClusterRole" ? store.Get($"clusterroles.{Rbac}", null, name) : store.Get($"roles.{Rbac}", @namespace, name);
            foreach (var rule in role.Arr("rules").Objects().Where(rule => rule.Arr("nonResourceURLs") is null))
            {
                yield return rule;
            }
        }
    }

    private static bool Binds(JsonObject binding, UserInfo user) => binding.Arr("subjects").Objects().Any(subject => subject.Str("kind") switch
    {
        "User" => subject.Str("name") == user.Name,
        "Group" => user.Groups.Contains(subject.Str("name") ?? ""),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{subject.Str("namespace") ?? binding.Namespace()}:{subject.Str("name")}",
        _ => false,
    });

    private static bool Covers(JsonObject rule, AccessQuery query)
    {
        if (!Has(rule, "verbs", query.Verb))
        {
            return false;
        }

        if (query.Path is { } path)
        {
            return rule.Arr("nonResourceURLs").Strings().Any(url => url == "*" || url == path || (url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal)));
        }

        var names = rule.Arr("resourceNames").Strings().ToList();
        return Has(rule, "apiGroups", query.Group)
            && (Has(rule, "resources", query.FullResource) || (query.Subresource.Length > 0 && rule.Arr("resources").Strings().Contains($"*/{query.Subresource}")))
            && (names.Count == 0 || names.Contains(query.Name));
    }

    private static bool Has(JsonObject rule, string list, string wanted) => rule.Arr(list).Strings().Any(value => value == "*" || value == wanted);

    private static (string What, string Where) Describe(AccessQuery query) =>
        ($"resource \"{query.FullResource}\" in API group \"{query.Group}\"", query.Namespace is null ? "at the cluster scope" : $"in the namespace \"{query.Namespace}\"");

    private static string Qualified(AccessQuery query) => query.Group.Length == 0 ? query.Resource : $"{query.Resource}.{query.Group}";
}
