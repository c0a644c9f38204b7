using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>
/// Parks a DaemonSet (kube-proxy's, Flannel's) by a node selector that no node matches, and takes that back. Everything else of it
/// stays as it is; what was added stands in an annotation, so that a person can take it back, too. Deleting it would not be reversible.
/// </summary>
internal sealed class DaemonSetParking(IKubernetesClient client, TimeProvider clock, ILogger<DaemonSetParking> log)
{
    public Task ParkAsync(V1DaemonSet daemonSet, CancellationToken cancellationToken)
    {
        log.DaemonSetParked(daemonSet.Metadata.Namespace!, daemonSet.Metadata.Name!);
        var before = new JsonObject();
        foreach (var (key, value) in daemonSet.Spec?.Template?.Spec?.NodeSelector ?? new Dictionary<string, string>())
        {
            before[key] = value;
        }

        var mark = new JsonObject { ["nodeSelector"] = before, ["at"] = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };
        return PatchAsync(daemonSet, mark.ToJsonString(), "true", cancellationToken);
    }

    public Task UnparkAsync(V1DaemonSet daemonSet, CancellationToken cancellationToken)
    {
        log.DaemonSetUnparked(daemonSet.Metadata.Namespace!, daemonSet.Metadata.Name!);
        return PatchAsync(daemonSet, null, null, cancellationToken);
    }

    /// <summary>A merge patch: null removes the key. The resource version keeps it from undoing somebody else's change.</summary>
    private Task PatchAsync(V1DaemonSet daemonSet, string? annotation, string? selector, CancellationToken cancellationToken) =>
        client.PatchAsync<V1DaemonSet>(
            new NamespacedName(daemonSet.Metadata.Namespace, daemonSet.Metadata.Name!),
            new V1Patch(
                V1PatchType.MergePatch,
                new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["resourceVersion"] = daemonSet.Metadata.ResourceVersion,
                        ["annotations"] = new JsonObject { [NetworkProfileNames.ParkedAnnotation] = annotation },
                    },
                    ["spec"] = new JsonObject
                    {
                        ["template"] = new JsonObject
                        {
                            ["spec"] = new JsonObject { ["nodeSelector"] = new JsonObject { [NetworkProfileNames.ParkedNodeSelector] = selector } },
                        },
                    },
                },
                NetworkProfileNames.FieldManager),
            cancellationToken);
}
