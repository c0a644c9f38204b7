using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.KubeProxy;

namespace NetProfile.NetworkProfiles.Backups;

/// <param name="Objects">As the API server shows them, with what they are to the backup.</param>
/// <param name="HelmRelease">The release that Flannel came from; null when helm didn't install it.</param>
/// <param name="Problem">What can't be read, so that a backup would not be whole; null when all could.</param>
internal sealed record CollectedNetwork(IReadOnlyList<(JsonObject Live, RecordedObject Reference)> Objects, HelmReleaseName? HelmRelease, string? Problem);

/// <summary>Reads the objects that the old network consists of: from its DaemonSets to all that they lean on.</summary>
internal sealed class OldNetworkCollector(IKubernetesClient client)
{
    private const string HelmReleaseAnnotation = "meta.helm.sh/release-name";
    private const string HelmNamespaceAnnotation = "meta.helm.sh/release-namespace";

    public async Task<CollectedNetwork> CollectAsync(NetworkProfileObservation seen, bool withKubeProxy, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (JsonObject, RecordedObject)>(StringComparer.Ordinal);
        HelmReleaseName? release = null;
        string? problem = null;
        foreach (var name in PreviousCniEvidence.Of(seen).DaemonSets)
        {
            var (@namespace, daemonSetName) = (name.Split('/')[0], name.Split('/')[1]);
            if (await GetAsync(V1DaemonSet.Entity, @namespace, daemonSetName, cancellationToken) is not { } daemonSet)
            {
                continue;
            }

            Add(found, daemonSet, BackupPart.OldNetwork);
            await AddMountedAsync(found, daemonSet, BackupPart.OldNetwork, cancellationToken);
            await AddNamespaceAsync(found, @namespace, cancellationToken);
            if (PodSpec(daemonSet)["serviceAccountName"] is { } account && (string)account! is var accountName && accountName != "default")
            {
                await AddAccountAsync(found, @namespace, accountName, cancellationToken);
            }

            if (HelmReleaseOf(daemonSet, @namespace) is { } owner)
            {
                release = owner;
                problem ??= await AddHelmAsync(found, owner, cancellationToken);
            }
        }

        if (withKubeProxy && await GetAsync(V1DaemonSet.Entity, KubeProxyDaemonSet.Namespace, KubeProxyDaemonSet.Name, cancellationToken) is { } kubeProxy)
        {
            Add(found, kubeProxy, BackupPart.KubeProxy);
            await AddMountedAsync(found, kubeProxy, BackupPart.KubeProxy, cancellationToken);
        }

        return new CollectedNetwork([.. found.Values], release, problem);
    }

    /// <summary>The ConfigMaps that the pods mount. kube-proxy's is taken by its name, too: some installers hand it over in another way.</summary>
    private async Task AddMountedAsync(Dictionary<string, (JsonObject, RecordedObject)> found, JsonObject daemonSet, BackupPart part, CancellationToken cancellationToken)
    {
        var @namespace = (string)daemonSet["metadata"]!["namespace"]!;
        var names = (PodSpec(daemonSet)["volumes"] as JsonArray ?? [])
            .SelectMany(volume => (volume?["projected"]?["sources"] as JsonArray ?? []).Append(volume))
            .Select(source => (string?)source?["configMap"]?["name"])
            .Append(part == BackupPart.KubeProxy ? KubeProxyDaemonSet.Name : null)
            .OfType<string>().Where(name => name != "kube-root-ca.crt").Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (await GetAsync(V1ConfigMap.Entity, @namespace, name, cancellationToken) is { } configMap)
            {
                Add(found, configMap, part);
            }
        }
    }

    private async Task AddNamespaceAsync(Dictionary<string, (JsonObject, RecordedObject)> found, string name, CancellationToken cancellationToken)
    {
        if (await GetAsync(V1Namespace.Entity, null, name, cancellationToken) is { } @namespace
            && (name.Contains("flannel", StringComparison.Ordinal) || (string?)@namespace["metadata"]!["labels"]?["k8s-app"] == "flannel"))
        {
            Add(found, @namespace, BackupPart.OldNetwork);
        }
    }

    /// <summary>The account, the bindings that name it, and the roles that those bind.</summary>
    private async Task AddAccountAsync(Dictionary<string, (JsonObject, RecordedObject)> found, string @namespace, string name, CancellationToken cancellationToken)
    {
        if (await GetAsync(ManifestKinds.ServiceAccount, @namespace, name, cancellationToken) is { } account)
        {
            Add(found, account, BackupPart.OldNetwork);
        }

        var clusterBindings = await ListAsync(ManifestKinds.ClusterRoleBinding, null, cancellationToken);
        var bindings = await ListAsync(ManifestKinds.RoleBinding, @namespace, cancellationToken);
        foreach (var binding in clusterBindings.Concat(bindings).Where(b => Subjects(b).Any(IsAccount)))
        {
            var others = Subjects(binding).Where(s => !IsAccount(s)).Select(s => $"{(string?)s["kind"]} {(string?)s["name"]}").ToList();
            Add(found, binding, BackupPart.OldNetwork, others.Count > 0 ? $"it is for {others[0]}, too" : null);
            var (kind, roleName) = ((string)binding["roleRef"]!["kind"]!, (string)binding["roleRef"]!["name"]!);
            var entity = kind == "Role" ? ManifestKinds.Role : ManifestKinds.ClusterRole;
            if (await GetAsync(entity, kind == "Role" ? @namespace : null, roleName, cancellationToken) is { } role)
            {
                var user = clusterBindings.Concat(bindings).FirstOrDefault(b => !Subjects(b).Any(IsAccount) && (string?)b["roleRef"]!["kind"] == kind && (string?)b["roleRef"]!["name"] == roleName);
                var shared = role["metadata"]!["labels"]?["kubernetes.io/bootstrapping"] is not null ? "it is Kubernetes' own"
                    : user is not null ? $"{(string?)user["kind"]} {(string?)user["metadata"]!["name"]} binds it, too"
                    : null;
                Add(found, role, BackupPart.OldNetwork, shared);
            }
        }

        bool IsAccount(JsonObject subject) => (string?)subject["kind"] == "ServiceAccount" && (string?)subject["name"] == name && (string?)subject["namespace"] == @namespace;
    }

    /// <summary>Without its revisions helm would not know the release again.</summary>
    private async Task<string?> AddHelmAsync(Dictionary<string, (JsonObject, RecordedObject)> found, HelmReleaseName release, CancellationToken cancellationToken)
    {
        try
        {
            var path = $"{KubernetesPath.Collection(V1Secret.Entity, release.Namespace)}?labelSelector={Uri.EscapeDataString($"owner=helm,name={release.Name}")}";
            foreach (var secret in Items(await client.SendAsync(HttpMethod.Get, path, null, KubernetesRequest.Json, cancellationToken), V1Secret.Entity))
            {
                Add(found, secret, BackupPart.OldNetwork);
            }

            return null;
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return $"Flannel belongs to Helm release {release}, whose Secrets the operator may not read: name {release.Namespace} in flannelNamespaces of the operator's chart";
        }
    }

    private static HelmReleaseName? HelmReleaseOf(JsonObject daemonSet, string @namespace)
    {
        var annotations = daemonSet["metadata"]!["annotations"];
        return (string?)annotations?[HelmReleaseAnnotation] is { } name ? new HelmReleaseName((string?)annotations[HelmNamespaceAnnotation] ?? @namespace, name) : null;
    }

    private static void Add(Dictionary<string, (JsonObject, RecordedObject)> found, JsonObject live, BackupPart part, string? shared = null)
    {
        var reference = ManifestKinds.Reference(live, part, shared);
        found.TryAdd(reference.ToString(), (live, reference));
    }

    private async Task<JsonObject?> GetAsync(EntityMetadata entity, string? @namespace, string name, CancellationToken cancellationToken) =>
        await client.SendAsync(HttpMethod.Get, KubernetesPath.Object(entity, new NamespacedName(@namespace, name)), null, KubernetesRequest.Json, cancellationToken) as JsonObject;

    private async Task<IReadOnlyList<JsonObject>> ListAsync(EntityMetadata entity, string? @namespace, CancellationToken cancellationToken) =>
        Items(await client.SendAsync(HttpMethod.Get, KubernetesPath.Collection(entity, @namespace), null, KubernetesRequest.Json, cancellationToken), entity);

    /// <summary>Items of a list leave out what they are.</summary>
    private static IReadOnlyList<JsonObject> Items(JsonNode? list, EntityMetadata entity)
    {
        var items = (list?["items"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var item in items)
        {
            item["apiVersion"] = entity.ApiVersion;
            item["kind"] = entity.Kind;
        }

        return items;
    }

    private static JsonNode PodSpec(JsonObject daemonSet) => daemonSet["spec"]!["template"]!["spec"]!;

    private static IEnumerable<JsonObject> Subjects(JsonObject binding) => (binding["subjects"] as JsonArray ?? []).OfType<JsonObject>();
}
