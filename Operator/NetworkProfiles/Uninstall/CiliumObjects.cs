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
    public override string ToString() => $"{Count} {Kind}";
}

/// <summary>Cilium's definitions and how many objects they have. helm uninstall leaves both: Cilium's operator makes them, not its chart.</summary>
internal sealed class CiliumObjects(IKubernetesClient client)
{
    private const string Group = "cilium.io";

    /// <summary>What agents and the operator write of themselves.</summary>
    private static readonly string[] s_ownKinds = ["CiliumEndpoint", "CiliumEndpointSlice", "CiliumIdentity", "CiliumNode"];

    /// <summary>By one object each: the server says how many follow.</summary>
    public async Task<IReadOnlyList<CiliumObjectCount>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new List<CiliumObjectCount>();
        foreach (var definition in (await client.ListAllAsync<V1CustomResourceDefinition>(new ListOptions(), cancellationToken)).Items.Where(IsOurs).OrderBy(d => d.Metadata.Name, StringComparer.Ordinal))
        {
            var version = definition.Spec?.Versions?.FirstOrDefault(v => v.Served == true)?.Name;
            var list = version is null ? null : await client.SendAsync(HttpMethod.Get, $"/apis/{Group}/{version}/{definition.Metadata.Name!.Split('.')[0]}?limit=1", null, KubernetesRequest.Json, cancellationToken);
            var kind = definition.Spec?.Names?.Kind ?? definition.Metadata.Name!;
            var count = ((list?["items"] as JsonArray)?.Count ?? 0) + ((long?)list?["metadata"]?["remainingItemCount"] ?? 0);
            counts.Add(new CiliumObjectCount(definition.Metadata.Name!, kind, count, !s_ownKinds.Contains(kind)));
        }

        return counts;
    }

    /// <summary>With a definition all of its objects go; there is no way back.</summary>
    public async Task DeleteAsync(IEnumerable<CiliumObjectCount> definitions, CancellationToken cancellationToken)
    {
        foreach (var definition in definitions)
        {
            await client.DeleteAsync<V1CustomResourceDefinition>(new NamespacedName(null, definition.Definition), new DeleteOptions(), cancellationToken);
        }
    }

    /// <summary>Others have definitions in the same group (Tetragon); Cilium's own all begin with its name.</summary>
    private static bool IsOurs(V1CustomResourceDefinition definition) =>
        definition.Metadata.Name!.StartsWith("cilium", StringComparison.Ordinal) && definition.Metadata.Name.EndsWith("." + Group, StringComparison.Ordinal);
}
