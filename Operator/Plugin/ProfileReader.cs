using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Plugin;

/// <summary>Finds what a verb is about, or says what is missing.</summary>
internal static class ProfileReader
{
    /// <param name="client">The cluster.</param>
    /// <param name="name">null for the one in force: the oldest, and of equally old ones the first by name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<V1Alpha1NetworkProfile> FindAsync(IKubernetesClient client, string? name, CancellationToken cancellationToken)
    {
        if (name is not null && await client.GetAsync<V1Alpha1NetworkProfile>(new NamespacedName(null, name), cancellationToken) is { } named)
        {
            return named;
        }

        var all = await ListAsync<V1Alpha1NetworkProfile>(client, cancellationToken);
        if (name is not null)
        {
            var others = all.Count == 0 ? "there is none at all" : $"there is {string.Join(", ", all.Select(p => p.Metadata.Name))}";
            throw new CommandException($"NetworkProfile {name} does not exist; {others}", ExitCode.No);
        }

        return all.OrderBy(p => p.Metadata.CreationTimestamp).ThenBy(p => p.Metadata.Name, StringComparer.Ordinal).FirstOrDefault()
            ?? throw new CommandException("the cluster has no NetworkProfile: write one and `kubectl apply` it", ExitCode.No);
    }

    /// <summary>All objects of a kind, over all pages.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(IKubernetesClient client, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        try
        {
            var list = await client.ListAllAsync<T>(new ListOptions(), cancellationToken);
            return list.Items.Count > 0 || list.Unreadable.Count == 0
                ? list.Items
                : throw new CommandException($"{T.Entity.Kind} {list.Unreadable[0].Name} can't be read by this version of the plugin: {list.Unreadable[0].Error}");
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new CommandException($"the cluster knows no {T.Entity.Kind} ({T.Entity.ApiVersion}): install the operator's chart, which brings its CRDs", ExitCode.Trouble, e);
        }
    }

    /// <summary>The whole object as the server has it, for output; without managedFields, as kubectl shows it.</summary>
    public static async Task<JsonNode> RawAsync(IKubernetesClient client, EntityMetadata kind, string? name, CancellationToken cancellationToken)
    {
        var path = $"/apis/{kind.ApiVersion}/{kind.Plural}{(name is null ? "" : $"/{Uri.EscapeDataString(name)}")}";
        var node = await client.SendAsync(HttpMethod.Get, path, null, "application/json", cancellationToken)
            ?? throw new CommandException($"{kind.Kind} {name} does not exist", ExitCode.No);
        foreach (var item in node["items"] is JsonArray items ? items : [node])
        {
            (item?["metadata"] as JsonObject)?.Remove("managedFields");
        }

        return node;
    }

    public static async Task<V1Alpha1NodeNetwork> NodeAsync(IKubernetesClient client, string name, CancellationToken cancellationToken) =>
        await client.GetAsync<V1Alpha1NodeNetwork>(new NamespacedName(null, name), cancellationToken)
            ?? throw new CommandException($"there is no NodeNetwork {name}: see `kubectl netprofile nodes` for those that there are", ExitCode.No);
}
