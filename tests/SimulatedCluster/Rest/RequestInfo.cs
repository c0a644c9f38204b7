using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>What a URL below /api or /apis asks for.</summary>
internal sealed record RequestInfo
{
    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string? Namespace { get; init; }

    public string Plural { get; init; } = "";

    public string Name { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>get, list, watch, create, update, patch, delete or deletecollection.</summary>
    public string Verb { get; init; } = "";

    public ResourceDefinition? Resource { get; init; }

    /// <returns>null when the path names no resource (discovery and the like).</returns>
    public static RequestInfo? Parse(HttpRequest request, ResourceRegistry resources)
    {
        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts switch
        {
            ["api", _, ..] => parts[2..],
            ["apis", _, _, ..] => parts[3..],
            _ => [],
        };
        if (rest.Length == 0)
        {
            return null;
        }

        var (group, version) = parts[0] == "api" ? ("", parts[1]) : (parts[1], parts[2]);
        var watch = rest is ["watch", _, ..];
        rest = watch ? rest[1..] : rest;
        string? ns = null;
        if (rest is ["namespaces", _, not ("status" or "finalize"), ..])
        {
            ns = rest[1];
            rest = rest[2..];
        }

        var name = rest.Length > 1 ? rest[1] : "";
        return new RequestInfo
        {
            Group = group,
            Version = version,
            Namespace = ns,
            Plural = rest[0],
            Name = Uri.UnescapeDataString(name),
            Subresource = rest.Length > 2 ? string.Join('/', rest[2..]) : "",
            Verb = VerbOf(request, name, watch),
            Resource = resources.Find(group, version, rest[0]),
        };
    }

    private static string VerbOf(HttpRequest request, string name, bool watch) => request.Method switch
    {
        "GET" or "HEAD" when watch || Flag(request, "watch") => "watch",
        "GET" or "HEAD" => name.Length > 0 ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
        _ => request.Method.ToLowerInvariant(),
    };

    public static bool Flag(HttpRequest request, string name) => request.Query[name].ToString() is "true" or "1" or "True";
}
