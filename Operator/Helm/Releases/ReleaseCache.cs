using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Helm.Releases;

/// <summary>
/// The revisions of releases as they were read last. Whether they still are so is asked of the server each time, by their metadata
/// alone: a release is up to a megabyte, of up to ten revisions, and nothing of it changes between two upgrades.
/// </summary>
internal sealed class ReleaseCache(IKubernetesClient client)
{
    private readonly ConcurrentDictionary<HelmReleaseName, IReadOnlyDictionary<string, V1HelmReleaseSecret>> _known = new();

    public async Task<IReadOnlyList<HelmRelease>> ListAsync(HelmReleaseName release, CancellationToken cancellationToken)
    {
        var versions = (await SecretsAsync(release, metadataOnly: true, cancellationToken)).Select(VersionOf).ToList();
        if (!_known.TryGetValue(release, out var known) || !versions.All(known.ContainsKey))
        {
            known = (await SecretsAsync(release, metadataOnly: false, cancellationToken)).ToDictionary(VersionOf, StringComparer.Ordinal);
            versions = [.. known.Keys];
            _known[release] = known;
        }

        return [.. versions.Select(version => Copy(known[version].ToRelease())).OrderBy(revision => revision.Revision)];
    }

    /// <summary>JSON can be changed, and a node be in one tree only.</summary>
    private static HelmRelease Copy(HelmRelease release) => release with { Values = (JsonObject)release.Values.DeepClone() };

    private static string VersionOf(V1HelmReleaseSecret secret) => $"{secret.Metadata.Uid}/{secret.Metadata.Name}/{secret.Metadata.ResourceVersion}";

    private async Task<List<V1HelmReleaseSecret>> SecretsAsync(HelmReleaseName release, bool metadataOnly, CancellationToken cancellationToken)
    {
        var options = new ListOptions { Namespace = release.Namespace, LabelSelector = V1HelmReleaseSecret.SelectorOf(release.Name), Limit = 20, MetadataOnly = metadataOnly };
        var found = new List<V1HelmReleaseSecret>();
        do
        {
            var page = await client.ListAsync<V1HelmReleaseSecret>(options, cancellationToken);
            found.AddRange(page.Items.Where(secret => secret.Metadata.DeletionTimestamp is null));
            options = options with { Continue = page.Metadata.Continue };
        }
        while (!string.IsNullOrEmpty(options.Continue));

        return found;
    }
}
