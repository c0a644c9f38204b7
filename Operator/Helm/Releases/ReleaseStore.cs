using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Helm.Releases;

/// <summary>Release state read, and a stuck one unlocked, through the API; no process.</summary>
public sealed class ReleaseStore(IKubernetesClient client, TimeProvider time)
{
    private const string FieldManager = "helm";

    private readonly ReleaseCache _cache = new(client);

    public Task<IReadOnlyList<HelmRelease>> ListAsync(HelmReleaseName release, CancellationToken cancellationToken) => _cache.ListAsync(release, cancellationToken);

    /// <summary>
    /// The pending revision becomes failed, in its payload (which helm goes by) and in its label (which helm selects by), as Flux
    /// does it. Written only if nobody has touched the Secret since it was read; a 409 is a <see cref="KubernetesException"/>.
    /// </summary>
    /// <returns>false when the revision is not pending (any more), or gone.</returns>
    public async Task<bool> UnlockAsync(HelmReleaseName release, int revision, CancellationToken cancellationToken)
    {
        var name = V1HelmReleaseSecret.NameOf(release, revision);
        var path = $"/api/v1/namespaces/{release.Namespace}/secrets/{name}";
        var secret = await client.SendAsync(HttpMethod.Get, path, body: null, "application/json", cancellationToken);
        if (secret?["data"]?["release"]?.GetValue<string>() is not { } data)
        {
            return false;
        }

        var payload = ReleasePayload.Decode(Convert.FromBase64String(data), json => JsonNode.Parse(json.Span))!.AsObject();
        if (payload["info"] is not JsonObject info || info["status"]?.GetValue<string>() is not ("pending-install" or "pending-upgrade" or "pending-rollback" or "uninstalling"))
        {
            return false;
        }

        info["status"] = "failed";
        info["description"] = "Interrupted: the helm that began this operation is gone";
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = secret["metadata"]?["resourceVersion"]?.DeepClone(),
                ["labels"] = new JsonObject
                {
                    ["status"] = "failed",
                    ["modifiedAt"] = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                },
            },
            ["data"] = new JsonObject { ["release"] = Convert.ToBase64String(ReleasePayload.Encode(Utf8(payload))) },
        };
        await client.PatchAsync<V1HelmReleaseSecret>(
            new NamespacedName(release.Namespace, name), new V1Patch(V1PatchType.MergePatch, patch, FieldManager), cancellationToken);
        return true;
    }

    private static byte[] Utf8(JsonObject payload)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            payload.WriteTo(writer);
        }

        return buffer.ToArray();
    }
}
