using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.Serialization;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// Sends every rendered object to the API server as a server-side apply with dryRun=All before helm is started. Helm applies
/// objects one after the other and stops at the first that is refused, which leaves half a release; this finds all refusals
/// (RBAC, field owners, foreign objects of the same name, admission, missing kinds) while the release is still untouched.
/// Contents of Secrets never reach a message.
/// </summary>
internal sealed class ReleaseDryRun(IKubernetesClient client)
{
    /// <summary>The field manager that helm itself uses, so that its own fields don't conflict.</summary>
    private const string HelmFieldManager = "helm";

    private const int Parallelism = 8;

    /// <returns>What stands in the way, in the manifest's order; empty when helm may start.</returns>
    public async Task<IReadOnlyList<Refusal>> CheckAsync(IReadOnlyList<RenderedObject> objects, HelmReleaseName release, bool forceConflicts, CancellationToken cancellationToken)
    {
        var ownNamespaces = objects.Where(o => o is { ApiVersion: "v1", Kind: "Namespace" }).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var discovery = new Discovery(client);
        foreach (var apiVersion in objects.Select(o => o.ApiVersion).Distinct(StringComparer.Ordinal))
        {
            await discovery.LoadAsync(apiVersion, cancellationToken);
        }

        var found = new ConcurrentDictionary<int, Refusal>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, objects.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (i, ct) =>
            {
                if (await CheckAsync(objects[i], discovery, release, ownNamespaces, forceConflicts, ct) is { } refusal)
                {
                    found[i] = refusal;
                }
            });
        return [.. found.OrderBy(f => f.Key).Select(f => f.Value)];
    }

    private async Task<Refusal?> CheckAsync(
        RenderedObject rendered, Discovery discovery, HelmReleaseName release, HashSet<string> ownNamespaces, bool forceConflicts, CancellationToken cancellationToken)
    {
        if (discovery.Find(rendered.ApiVersion, rendered.Kind) is not { } resource)
        {
            return new Refusal(HelmFailure.Other,
                $"the chart renders {rendered}, but the cluster has no {rendered.Kind} in {rendered.ApiVersion}: install its CustomResourceDefinition first, or switch off the value that asks for it");
        }

        if (!resource.Namespaced)
        {
            rendered = rendered with { Namespace = null };
        }

        var path = resource.PathOf(rendered);
        try
        {
            var existing = await client.SendAsync(HttpMethod.Get, path, null, "application/json", cancellationToken);
            if (existing is not null && !BelongsTo(existing, release))
            {
                return new Refusal(HelmFailure.OwnershipConflict,
                    $"{rendered} exists and does not belong to Helm release {release}{OwnerOf(existing)}: delete it, or give it the annotations meta.helm.sh/release-name={release.Name} and meta.helm.sh/release-namespace={release.Namespace} and the label app.kubernetes.io/managed-by=Helm");
            }

            var force = forceConflicts ? "true" : "false";
            await client.SendAsync(
                HttpMethod.Patch, $"{path}?fieldManager={HelmFieldManager}&dryRun=All&force={force}", rendered.Content.DeepClone(), "application/apply-patch+yaml", cancellationToken);
            return null;
        }
        catch (KubernetesException e) when (!e.IsUnreachable && !e.IsTooManyRequests)
        {
            return Explain(rendered, e, ownNamespaces);
        }
    }

    private static Refusal? Explain(RenderedObject rendered, KubernetesException error, HashSet<string> ownNamespaces)
    {
        switch (error)
        {
            case { IsNotFound: true } when rendered.Namespace is { } ns && ownNamespaces.Contains(ns):
                // The namespace is part of the same release and will be made before this object.
                return null;
            case { IsNotFound: true } when rendered.Namespace is { } ns:
                return new Refusal(HelmFailure.NamespaceMissing, $"{rendered} needs namespace {ns}, which does not exist: create it");
            case { IsConflict: true }:
                var conflicts = ForeignConflicts(error).ToList();
                return conflicts.Count == 0
                    ? null
                    : new Refusal(HelmFailure.FieldConflict,
                        $"{rendered}: {string.Join("; ", conflicts.Take(3))}{(conflicts.Count > 3 ? $"; and {conflicts.Count - 3} more fields" : "")}: take that change back, put it into the profile, or annotate the profile with {NetworkProfileNames.ForceConflictsAnnotation}=true to take the fields over");
            case { IsForbidden: true } when !error.Message.Contains("denied the request", StringComparison.Ordinal):
                return new Refusal(HelmFailure.Forbidden, $"the operator's ServiceAccount may not apply {rendered}: {Redact(rendered, error.Message)}: extend its ClusterRole (chart value rbac)");
            default:
                return new Refusal(HelmFailure.InvalidValues, $"the API server refuses {rendered}: {Redact(rendered, error.Message)}");
        }
    }

    private static IEnumerable<string> ForeignConflicts(KubernetesException error)
    {
        foreach (var cause in error.Status.Details?["causes"] as JsonArray ?? [])
        {
            var message = (string?)cause?["message"] ?? "";
            // What the operator itself holds is given up before helm starts.
            if (!message.Contains($"\"{HelmFieldManager}\"", StringComparison.Ordinal) && !message.Contains($"\"{HoldMark.FieldManager}\"", StringComparison.Ordinal))
            {
                yield return $"{message} on field {(string?)cause?["field"]}";
            }
        }
    }

    private static bool BelongsTo(JsonNode existing, HelmReleaseName release)
    {
        var annotations = existing["metadata"]?["annotations"];
        return (string?)annotations?["meta.helm.sh/release-name"] == release.Name
            && (string?)annotations?["meta.helm.sh/release-namespace"] == release.Namespace
            && (string?)existing["metadata"]?["labels"]?["app.kubernetes.io/managed-by"] == "Helm";
    }

    private static string OwnerOf(JsonNode existing)
    {
        var annotations = existing["metadata"]?["annotations"];
        return (string?)annotations?["meta.helm.sh/release-name"] is { } name
            ? $" but to {(string?)annotations?["meta.helm.sh/release-namespace"]}/{name}"
            : "";
    }

    /// <summary>A validation error may quote the value it refuses, and that may be a Secret's.</summary>
    private static string Redact(RenderedObject rendered, string message) =>
        rendered.Kind == "Secret" ? "(message withheld: it may hold the Secret's data)" : message;

    private sealed class Discovery(IKubernetesClient client)
    {
        private readonly Dictionary<(string ApiVersion, string Kind), Resource> _resources = [];

        public async Task LoadAsync(string apiVersion, CancellationToken cancellationToken)
        {
            var root = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
            var list = await client.SendAsync(HttpMethod.Get, root, null, "application/json", cancellationToken);
            foreach (var item in list?["resources"] as JsonArray ?? [])
            {
                if ((string?)item?["name"] is { } plural && !plural.Contains('/', StringComparison.Ordinal) && (string?)item["kind"] is { } kind)
                {
                    _resources[(apiVersion, kind)] = new Resource(root, plural, (bool?)item["namespaced"] ?? false);
                }
            }
        }

        public Resource? Find(string apiVersion, string kind) => _resources.GetValueOrDefault((apiVersion, kind));
    }

    private sealed record Resource(string Root, string Plural, bool Namespaced)
    {
        public string PathOf(RenderedObject rendered) =>
            Namespaced ? $"{Root}/namespaces/{rendered.Namespace}/{Plural}/{rendered.Name}" : $"{Root}/{Plural}/{rendered.Name}";
    }
}

/// <summary>What helm would have failed with, and a message that names the object and what to do.</summary>
internal sealed record Refusal(HelmFailure Failure, string Message);

/// <summary>One object of a rendered manifest that helm would apply. Hooks are left out: helm deletes and makes them by its own rules.</summary>
internal sealed record RenderedObject(string ApiVersion, string Kind, string? Namespace, string Name, JsonObject Content)
{
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";

    public static IReadOnlyList<RenderedObject> ReadAll(string manifest, string defaultNamespace)
    {
        var objects = new List<RenderedObject>();
        foreach (var content in YamlReader.ReadAll(manifest).OfType<JsonObject>())
        {
            if (content["metadata"]?["annotations"]?["helm.sh/hook"] is not null
                || (string?)content["apiVersion"] is not { } apiVersion || (string?)content["kind"] is not { } kind || (string?)content["metadata"]?["name"] is not { } name)
            {
                continue;
            }

            objects.Add(new RenderedObject(apiVersion, kind, (string?)content["metadata"]?["namespace"] ?? defaultNamespace, name, content));
        }

        return objects;
    }
}
