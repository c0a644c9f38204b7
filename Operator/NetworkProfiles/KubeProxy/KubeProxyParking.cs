using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.KubeProxy;

/// <summary>
/// Parks kube-proxy by a node selector that no node matches, and takes that back. Everything else of the DaemonSet stays as it
/// is; what was added stands in an annotation, so that a person can take it back, too. Deleting it would not be reversible.
/// </summary>
internal sealed class KubeProxyParking(IKubernetesClient client, ILogger<KubeProxyParking> log)
{
    public Task ParkAsync(V1DaemonSet daemonSet, CancellationToken cancellationToken)
    {
        log.KubeProxyParked();
        var before = new JsonObject();
        foreach (var (key, value) in daemonSet.Spec?.Template?.Spec?.NodeSelector ?? new Dictionary<string, string>())
        {
            before[key] = value;
        }

        return PatchAsync(daemonSet, new JsonObject { ["nodeSelector"] = before }.ToJsonString(), "true", cancellationToken);
    }

    public Task UnparkAsync(V1DaemonSet daemonSet, CancellationToken cancellationToken)
    {
        log.KubeProxyUnparked();
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
