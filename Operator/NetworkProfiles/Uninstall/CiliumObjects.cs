using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Uninstall;

/// <param name="Definition">The CustomResourceDefinition's name, for instance ciliumnetworkpolicies.cilium.io.</param>
/// <param name="Kind">For instance CiliumNetworkPolicy.</param>
/// <param name="Count">How many objects there are.</param>
/// <param name="IsPolicy">A person wrote them, rather than an agent.</param>
internal sealed record CiliumObjectCount(string Definition, string Kind, long Count, bool IsPolicy)
{
    /// <summary>It was deleted, and is there until its last object has gone.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Objects that a finalizer keeps from going, with that; only of a definition that is leaving.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];

    public override string ToString() => $"{Count} {Kind}";
}

/// <summary>Cilium's definitions and how many objects they have. helm uninstall leaves both: Cilium's operator makes them, not its chart.</summary>
internal sealed class CiliumObjects(IKubernetesClient client)
{
    private const string Group = "cilium.io";

    private const int MostHeld = 3;

    /// <summary>What agents and the operator write of themselves.</summary>
    private static readonly string[] s_ownKinds = ["CiliumEndpoint", "CiliumEndpointSlice", "CiliumIdentity", "CiliumNode"];

    public async Task<IReadOnlyList<V1CustomResourceDefinition>> DefinitionsAsync(CancellationToken cancellationToken) =>
        [.. (await client.ListAllAsync<V1CustomResourceDefinition>(new ListOptions(), cancellationToken)).Items.Where(IsOurs).OrderBy(d => d.Metadata.Name, StringComparer.Ordinal)];

    /// <summary>By one object each: the server says how many follow.</summary>
    public async Task<IReadOnlyList<CiliumObjectCount>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new List<CiliumObjectCount>();
        foreach (var definition in await DefinitionsAsync(cancellationToken))
        {
            var leaving = definition.Metadata.DeletionTimestamp is not null;
            var version = definition.Spec?.Versions?.FirstOrDefault(v => v.Served == true)?.Name;
            var path = $"/apis/{Group}/{version}/{definition.Metadata.Name!.Split('.')[0]}?limit={(leaving ? MostHeld : 1)}";
            var list = version is null ? null : await client.SendAsync(HttpMethod.Get, path, null, KubernetesRequest.Json, cancellationToken);
            var kind = definition.Spec?.Names?.Kind ?? definition.Metadata.Name!;
            var items = list?["items"] as JsonArray ?? [];
            var count = items.Count + ((long?)list?["metadata"]?["remainingItemCount"] ?? 0);
            counts.Add(new CiliumObjectCount(definition.Metadata.Name!, kind, count, !s_ownKinds.Contains(kind))
            {
                IsLeaving = leaving,
                Held = leaving ? [.. items.Select(item => HeldBy(kind, item)).OfType<string>()] : [],
            });
        }

        return counts;
    }

    /// <summary>With a definition all of its objects go; there is no way back.</summary>
    public async Task DeleteAsync(IEnumerable<CiliumObjectCount> definitions, CancellationToken cancellationToken)
    {
        foreach (var definition in definitions.Where(d => !d.IsLeaving))
        {
            await client.DeleteAsync<V1CustomResourceDefinition>(new NamespacedName(null, definition.Definition), new DeleteOptions(), cancellationToken);
        }
    }

    /// <summary>Whether the operator's own rights are enough for that.</summary>
    public async Task<bool> MayDeleteAsync(CancellationToken cancellationToken)
    {
        var resource = V1CustomResourceDefinition.Entity;
        var review = new JsonObject
        {
            ["apiVersion"] = V1SelfSubjectAccessReview.Entity.ApiVersion,
            ["kind"] = V1SelfSubjectAccessReview.Entity.Kind,
            ["spec"] = new JsonObject { ["resourceAttributes"] = new JsonObject { ["verb"] = "delete", ["group"] = resource.Group, ["resource"] = resource.Plural } },
        };
        try
        {
            var answer = await client.SendAsync(HttpMethod.Post, KubernetesPath.Collection(V1SelfSubjectAccessReview.Entity, null), review, KubernetesRequest.Json, cancellationToken);
            return (bool?)answer?["status"]?["allowed"] == true;
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return false;
        }
    }

    /// <summary>What is waited for when all of them were deleted, and who holds them.</summary>
    public static string LeavingText(IReadOnlyList<CiliumObjectCount> leaving)
    {
        var held = leaving.SelectMany(d => d.Held).ToList();
        return $"definitions end with their objects: {string.Join(", ", leaving.Select(d => $"{d.Definition} ({d})"))}"
            + (held.Count == 0 ? "" : $"; held: {Summary.Of(held, most: MostHeld)}: see to whatever should remove the finalizer, or take it from the object yourself (kubectl edit)");
    }

    /// <summary>Others have definitions in the same group (Tetragon); Cilium's own all begin with its name.</summary>
    private static bool IsOurs(V1CustomResourceDefinition definition) =>
        definition.Metadata.Name!.StartsWith("cilium", StringComparison.Ordinal) && definition.Metadata.Name.EndsWith("." + Group, StringComparison.Ordinal);

    private static string? HeldBy(string kind, JsonNode? item)
    {
        var metadata = item!["metadata"]!;
        var name = (string?)metadata["namespace"] is { } ns ? $"{ns}/{(string?)metadata["name"]}" : (string?)metadata["name"];
        return metadata["finalizers"] is JsonArray { Count: > 0 } finalizers ? $"{kind} {name} by finalizer {string.Join(", ", finalizers.Select(f => (string?)f))}" : null;
    }
}
