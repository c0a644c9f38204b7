using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>The parts of metadata and status that belong to the server, whatever the client sends.</summary>
internal static class ObjectLifecycle
{
    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    // Kinds whose strategy never sets a generation.
    private static readonly HashSet<string> WithoutGeneration =
    [
        "configmaps", "secrets", "services", "nodes", "namespaces", "serviceaccounts", "endpoints", "events", "events.events.k8s.io", "persistentvolumes",
        "persistentvolumeclaims", "resourcequotas", "limitranges", "podtemplates", "leases.coordination.k8s.io", "clusterroles.rbac.authorization.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
        "controllerrevisions.apps", "storageclasses.storage.k8s.io", "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io",
        "apiservices.apiregistration.k8s.io", "horizontalpodautoscalers.autoscaling", "runtimeclasses.node.k8s.io", "certificatesigningrequests.certificates.k8s.io",
    ];

    public static string Now(TimeProvider time) => Stamp(time.GetUtcNow());

    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static void PrepareCreate(ResourceDefinition resource, JsonObject value, string? @namespace, TimeProvider time)
    {
        var metadata = value.Metadata();
        value["apiVersion"] = resource.ApiVersion;
        value["kind"] = resource.Kind;
        if (resource.Namespaced)
        {
            metadata["namespace"] = @namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (string.IsNullOrEmpty(value.Name()) && metadata.Str("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix[..Math.Min(prefix.Length, 58)] + Suffix();
        }

        foreach (var key in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "selfLink"])
        {
            metadata.Remove(key);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now(time);
        SetGeneration(resource, metadata, 1);
        if (resource.HasStatus && resource.Plural is not "nodes")
        {
            value.Remove("status");
        }
    }

    /// <summary>What an update may not change is taken from the old object.</summary>
    public static void PrepareUpdate(ResourceDefinition resource, JsonObject value, JsonObject old, string subresource)
    {
        value["apiVersion"] ??= resource.ApiVersion;
        value["kind"] ??= resource.Kind;
        if (subresource == "status")
        {
            KeepAllButStatus(resource, value, old);
        }
        else if (resource.HasStatus && subresource.Length == 0)
        {
            Copy(old, value, "status");
        }

        var metadata = value.Metadata();
        if (value.Uid() is { Length: > 0 } uid && uid != old.Uid())
        {
            throw ApiException.Conflict(resource, old.Name(), $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid()}");
        }

        foreach (var key in (string[])["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName", "generation", "selfLink"])
        {
            Copy(old.Metadata(), metadata, key);
        }

        if (metadata["managedFields"] is null)
        {
            Copy(old.Metadata(), metadata, "managedFields");
        }
        else if (metadata.Arr("managedFields") is { Count: 1 } only && only[0] is JsonObject { Count: 0 })
        {
            metadata.Remove("managedFields");
        }
    }

    /// <summary>Moves the generation when anything but metadata and status changed.</summary>
    public static void BumpGeneration(ResourceDefinition resource, JsonObject value, JsonObject old)
    {
        if (old.Generation() == 0)
        {
            return;
        }

        var keys = value.Select(pair => pair.Key).Union(old.Select(pair => pair.Key))
            .Where(key => key is not ("metadata" or "apiVersion" or "kind") && !(key == "status" && (resource.HasStatus || !resource.IsCustom)));
        if (keys.Any(key => !JsonReading.Same(value[key], old[key])))
        {
            value.Metadata()["generation"] = old.Generation() + 1;
        }
    }

    public static void SetGeneration(ResourceDefinition resource, JsonObject metadata, long generation)
    {
        metadata.Remove("generation");
        if (!WithoutGeneration.Contains(resource.QualifiedPlural))
        {
            metadata["generation"] = generation;
        }
    }

    /// <summary>Equal but for what every write touches.</summary>
    public static bool IsNoOp(JsonObject value, JsonObject old)
    {
        value.Metadata()["resourceVersion"] = old.ResourceVersion();
        return JsonReading.Same(value, old);
    }

    private static void KeepAllButStatus(ResourceDefinition resource, JsonObject value, JsonObject old)
    {
        foreach (var key in value.Select(pair => pair.Key).Union(old.Select(pair => pair.Key)).ToList())
        {
            if (key is not ("status" or "metadata" or "apiVersion" or "kind"))
            {
                Copy(old, value, key);
            }
        }

        if (resource.IsCustom)
        {
            var (resourceVersion, managed) = (value.ResourceVersion(), value.Arr("metadata", "managedFields")?.DeepClone());
            Copy(old, value, "metadata");
            value.Metadata()["resourceVersion"] = resourceVersion;
            if (managed is not null)
            {
                value.Metadata()["managedFields"] = managed;
            }
        }
    }

    private static void Copy(JsonObject from, JsonObject to, string key)
    {
        if (from.TryGetPropertyValue(key, out var node) && node is not null)
        {
            to[key] = node.DeepClone();
        }
        else
        {
            to.Remove(key);
        }
    }

    private static string Suffix() => new(Random.Shared.GetItems<char>(NameAlphabet, 5));
}
