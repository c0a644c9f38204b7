using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>From a workload's template to its pods.</summary>
internal static class PodTemplates
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Ten characters that change with the template, as controller-revision-hash and pod-template-hash.</summary>
    public static string Hash(JsonNode? template)
    {
        var bytes = SHA256.HashData(JsonText.ToUtf8(template ?? new JsonObject()));
        return string.Create(10, bytes, (text, hash) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[hash[i] % Alphabet.Length];
            }
        });
    }

    /// <summary>A pod from the owner's template. The caller completes and creates it.</summary>
    public static JsonObject NewPod(JsonObject owner, string kind, string name, string apiVersion = "apps/v1")
    {
        var metadata = (JsonObject?)owner.Obj("spec", "template", "metadata")?.DeepClone() ?? [];
        metadata.Remove("creationTimestamp");
        metadata["name"] = name;
        metadata["namespace"] = owner.Namespace();
        metadata["ownerReferences"] = new JsonArray(OwnerReference(owner, kind, apiVersion));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = owner.Obj("spec", "template", "spec")!.DeepClone(),
        };
    }

    public static JsonObject OwnerReference(JsonObject owner, string kind, string apiVersion = "apps/v1") => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    public static bool IsReady(JsonObject pod) => pod.Arr("status", "conditions").Objects()
        .Any(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True");

    /// <summary>Neither finished nor on its way out.</summary>
    public static bool IsActive(JsonObject pod) => !pod.IsDeleting() && pod.Str("status", "phase") is not ("Succeeded" or "Failed");

    public static bool IsAvailable(JsonObject pod, long minReadySeconds, DateTimeOffset now) => AvailableAt(pod, minReadySeconds) <= now;

    /// <summary>When a ready pod counts as available; the end of time for one that is not ready.</summary>
    public static DateTimeOffset AvailableAt(JsonObject pod, long minReadySeconds)
    {
        var ready = pod.Arr("status", "conditions").Objects()
            .FirstOrDefault(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True");
        return ready is null ? DateTimeOffset.MaxValue
            : minReadySeconds == 0 ? DateTimeOffset.MinValue
            : DateTimeOffset.Parse(ready.Str("lastTransitionTime")!, System.Globalization.CultureInfo.InvariantCulture).AddSeconds(minReadySeconds);
    }

    /// <summary>A number, or a percentage of <paramref name="total"/>.</summary>
    public static int IntOrPercent(JsonNode? value, int total, bool roundUp, int fallback)
    {
        if (value.AsLong() is { } number)
        {
            return (int)number;
        }

        if (value.AsString() is { } text && text.EndsWith('%')
            && int.TryParse(text[..^1], System.Globalization.CultureInfo.InvariantCulture, out var percent))
        {
            var share = percent * total / 100.0;
            return (int)(roundUp ? Math.Ceiling(share) : Math.Floor(share));
        }

        return fallback;
    }

    public static bool SetStatus(World world, string resource, JsonObject owner, JsonObject status)
    {
        if (JsonNode.DeepEquals(owner["status"], status))
        {
            return false;
        }

        world.Store.ModifyStatus(resource, owner.Namespace(), owner.Name(), value => value["status"] = status.DeepClone());
        return true;
    }
}
