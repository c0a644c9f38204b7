using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>Access reviews, rules reviews, token reviews: answered, never stored.</summary>
internal sealed class Reviews(Authorizer authorizer, Authenticator authenticator)
{
    public async Task HandleAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        if (info.Verb != "create")
        {
            throw ApiException.MethodNotAllowed();
        }

        var review = await RequestBody.ReadObjectAsync(context, info);
        review["apiVersion"] ??= info.Resource!.ApiVersion;
        review["kind"] ??= info.Resource!.Kind;
        review.Metadata();
        review["status"] = info.Resource!.Kind switch
        {
            "SelfSubjectAccessReview" => Access(user, review),
            "SubjectAccessReview" or "LocalSubjectAccessReview" => Access(Subject(review), review),
            "SelfSubjectRulesReview" => Rules(user, review.Str("spec", "namespace")),
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = User(user) },
            "TokenReview" => Token(review.Str("spec", "token") ?? ""),
            _ => throw ApiException.MethodNotAllowed(),
        };
        await Reply.JsonAsync(context, review, 201);
    }

    private static UserInfo Subject(JsonObject review) =>
        new(review.Str("spec", "user") ?? "", [.. review.Arr("spec", "groups").Strings(), "system:authenticated"]);

    private JsonObject Access(UserInfo user, JsonObject review)
    {
        var attributes = review.Obj("spec", "resourceAttributes");
        var query = attributes is null
            ? new AccessQuery(review.Str("spec", "nonResourceAttributes", "verb") ?? "", "", "", "", null, "", review.Str("spec", "nonResourceAttributes", "path") ?? "")
            : new AccessQuery(attributes.Str("verb") ?? "", attributes.Str("group") ?? "", attributes.Str("resource") ?? "", attributes.Str("subresource") ?? "",
                attributes.Str("namespace") is { Length: > 0 } ns ? ns : null, attributes.Str("name") ?? "");
        var allowed = authorizer.Allows(user, query);
        return new JsonObject { ["allowed"] = allowed };
    }

    private JsonObject Rules(UserInfo user, string? @namespace)
    {
        IEnumerable<JsonObject> rules = user.IsAdmin
            ? [JsonText.ParseObject("""{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}"""), JsonText.ParseObject("""{"verbs":["*"],"nonResourceURLs":["*"]}""")]
            : authorizer.RulesFor(user, @namespace);
        var list = rules.Select(rule => (JsonNode)rule.DeepClone()).ToList();
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. list.Where(rule => rule["nonResourceURLs"] is null)]),
            ["nonResourceRules"] = new JsonArray([.. list.Where(rule => rule["nonResourceURLs"] is not null)]),
            ["incomplete"] = false,
        };
    }

    private JsonObject Token(string token) => authenticator.ByToken(token) is { } user
        ? new JsonObject { ["authenticated"] = true, ["user"] = User(user) }
        : new JsonObject { ["authenticated"] = false, ["error"] = "[invalid bearer token, token lookup failed]" };

    private static JsonObject User(UserInfo user)
    {
        var extra = new JsonObject();
        foreach (var (key, values) in user.Extra)
        {
            extra[key] = new JsonArray([.. values.Select(JsonNode (text) => JsonValue.Create(text))]);
        }

        return new JsonObject
        {
            ["username"] = user.Name,
            ["uid"] = user.Uid.Length > 0 ? user.Uid : null,
            ["groups"] = new JsonArray([.. user.Groups.Select(JsonNode (group) => JsonValue.Create(group))]),
            ["extra"] = extra.Count > 0 ? extra : null,
        };
    }
}
