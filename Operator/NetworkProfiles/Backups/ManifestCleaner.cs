using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Backups;

/// <summary>Makes of an object as the API server shows it the manifest that creates it again. Pure.</summary>
internal static class ManifestCleaner
{
    private static readonly string[] s_serverMetadata =
    [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
        // The owner of what comes back may be another one by then, and garbage collection would take it at once.
        "ownerReferences",
    ];

    public static JsonObject Clean(JsonObject live)
    {
        var manifest = live.DeepClone().AsObject();
        manifest.Remove("status");
        var metadata = manifest["metadata"]!.AsObject();
        foreach (var field in s_serverMetadata)
        {
            metadata.Remove(field);
        }

        RemoveFrom(metadata, "annotations", "deprecated.daemonset.template.generation", NetworkProfileNames.ParkedAnnotation);
        switch ((string?)manifest["kind"])
        {
            case "Namespace":
                manifest.Remove("spec");
                RemoveFrom(metadata, "labels", "kubernetes.io/metadata.name");
                break;
            case "ServiceAccount":
                // Tokens of the old object; a new one gets its own.
                manifest.Remove("secrets");
                break;
            case "DaemonSet":
                Unpark(manifest);
                break;
        }

        return manifest;
    }

    /// <summary>What was taken while it was parked is not to come back parked.</summary>
    private static void Unpark(JsonObject manifest)
    {
        if (manifest["spec"]?["template"]?["spec"] is JsonObject pod)
        {
            RemoveFrom(pod, "nodeSelector", NetworkProfileNames.ParkedNodeSelector);
        }
    }

    private static void RemoveFrom(JsonObject parent, string map, params ReadOnlySpan<string> keys)
    {
        if (parent[map] is not JsonObject entries)
        {
            return;
        }

        foreach (var key in keys)
        {
            entries.Remove(key);
        }

        if (entries.Count == 0)
        {
            parent.Remove(map);
        }
    }
}
