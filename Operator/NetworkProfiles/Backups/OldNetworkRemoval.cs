using System.Text.Json.Nodes;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Backups;

/// <param name="Done">Nothing is left that is to be deleted.</param>
/// <param name="Left">What stays, and why, for a message.</param>
/// <param name="Failure">Why it could not go on; null when nothing failed.</param>
public sealed record RemovalOutcome(bool Done, IReadOnlyList<string> Left, string? Failure);

/// <summary>
/// Deletes the old network's objects that a record holds, and none that was made anew under such a name. kube-proxy's stay:
/// they are parked. May be asked at any moment; what is gone is done.
/// </summary>
internal sealed class OldNetworkRemoval(IKubernetesClient client, IHelmClient helm, ILogger<OldNetworkRemoval> log)
{
    /// <summary>What a namespace may still have although nothing lives in it.</summary>
    private static readonly string[] s_implied = ["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"];

    /// <summary>Kinds that somebody would miss; what they own goes with them.</summary>
    private static readonly (string Path, string Kind)[] s_inhabitants =
    [
        ("/api/v1", "pods"), ("/api/v1", "configmaps"), ("/api/v1", "secrets"), ("/api/v1", "services"), ("/api/v1", "serviceaccounts"), ("/api/v1", "persistentvolumeclaims"),
        ("/apis/apps/v1", "deployments"), ("/apis/apps/v1", "daemonsets"), ("/apis/apps/v1", "statefulsets"), ("/apis/apps/v1", "replicasets"),
        ("/apis/batch/v1", "jobs"), ("/apis/batch/v1", "cronjobs"),
    ];

    public async Task<RemovalOutcome> DeleteOldNetworkAsync(MigrationRecord record, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        var present = new List<RecordedObject>();
        foreach (var recorded in record.OldNetwork.OrderByDescending(ManifestKinds.OrderOf))
        {
            switch (await StandingAsync(recorded, cancellationToken))
            {
                case (true, null):
                    present.Add(recorded);
                    break;
                case (_, { } reason):
                    left.Add($"{recorded} stays: {reason}");
                    break;
            }
        }

        if (record.HelmRelease is { } release && present.Exists(o => o.Kind == V1Secret.Entity.Kind))
        {
            var outcome = await helm.UninstallAsync(release, HelmTimeouts.Operation, cancellationToken);
            return outcome.Succeeded || outcome.Failure == HelmFailure.ReleaseNotFound
                ? new RemovalOutcome(false, left, null)
                : new RemovalOutcome(false, left, $"helm uninstall of Flannel's release {release}: {outcome.Message}");
        }

        foreach (var recorded in present.Where(o => o.Kind != V1Namespace.Entity.Kind))
        {
            log.OldObjectDeleted(recorded.ToString(), record.Secret);
            await DeleteAsync(recorded, cancellationToken);
        }

        var namespaces = present.Where(o => o.Kind == V1Namespace.Entity.Kind).ToList();
        if (namespaces.Count == present.Count)
        {
            var gone = true;
            foreach (var recorded in namespaces)
            {
                var (inhabitant, passing) = await InhabitantAsync(recorded.Name, cancellationToken);
                if (inhabitant is null)
                {
                    log.OldObjectDeleted(recorded.ToString(), record.Secret);
                    await DeleteAsync(recorded, cancellationToken);
                }
                else if (!passing)
                {
                    left.Add($"{recorded} stays: {inhabitant}");
                }

                gone = gone && !passing;
            }

            return new RemovalOutcome(gone, left, null);
        }

        return new RemovalOutcome(false, left, null);
    }

    /// <returns>Whether it is there and its reason to stay; neither when it is gone or on its way.</returns>
    private async Task<(bool Present, string? Stays)> StandingAsync(RecordedObject recorded, CancellationToken cancellationToken)
    {
        if (await client.SendAsync(HttpMethod.Get, ManifestKinds.PathOf(recorded), null, KubernetesRequest.Json, cancellationToken) is not { } live
            || live["metadata"]!["deletionTimestamp"] is not null)
        {
            return (false, null);
        }

        return (string?)live["metadata"]!["uid"] != recorded.Uid ? (true, "it was made anew since the backup") : (true, recorded.Shared);
    }

    private async Task DeleteAsync(RecordedObject recorded, CancellationToken cancellationToken)
    {
        var options = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = "Background",
            ["preconditions"] = new JsonObject { ["uid"] = recorded.Uid },
        };
        try
        {
            await client.SendAsync(HttpMethod.Delete, ManifestKinds.PathOf(recorded), options, KubernetesRequest.Json, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            // Made anew between look and deletion: the next look says so.
        }
    }

    /// <summary>What lives in the namespace; passing when that is only on its way out. Where the operator may not look, it can't tell, and the namespace stays.</summary>
    private async Task<(string? Inhabitant, bool Passing)> InhabitantAsync(string @namespace, CancellationToken cancellationToken)
    {
        string? leaving = null;
        foreach (var (path, kind) in s_inhabitants)
        {
            try
            {
                var list = await client.SendAsync(HttpMethod.Get, $"{path}/namespaces/{Uri.EscapeDataString(@namespace)}/{kind}", null, KubernetesRequest.Json, cancellationToken);
                foreach (var item in (list?["items"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    var metadata = item["metadata"]!;
                    var name = (string)metadata["name"]!;
                    if (s_implied.Contains($"{KindOf(kind)}/{name}") || (string?)item["type"] == "kubernetes.io/service-account-token")
                    {
                        continue;
                    }

                    if (metadata["deletionTimestamp"] is null && metadata["ownerReferences"] is not JsonArray { Count: > 0 })
                    {
                        return ($"{kind}/{name} lives in it", false);
                    }

                    leaving ??= $"{kind}/{name} is on its way out";
                }
            }
            catch (KubernetesException e) when (e.IsForbidden)
            {
                return ($"the operator may not see its {kind}, so it can't tell whether it is empty: name it in flannelNamespaces of the operator's chart, or delete it yourself", false);
            }
        }

        return (leaving, leaving is not null);
    }

    private static string KindOf(string plural) => plural switch { "configmaps" => "ConfigMap", "serviceaccounts" => "ServiceAccount", _ => plural };
}
