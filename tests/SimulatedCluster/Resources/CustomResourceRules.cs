using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>CRDs themselves: names accepted and Established at once, the customary finalizer kept out.</summary>
internal sealed class CustomResourceRules(ResourceRegistry resources) : IObjectRules
{
    public void Default(ObjectWrite write)
    {
        if (write.Resource.QualifiedPlural != CustomResources.Crds)
        {
            return;
        }

        var crd = write.Value;
        var names = crd.Ensure("spec", "names");
        names["singular"] ??= (names.Str("kind") ?? "").ToLowerInvariant();
        names["listKind"] ??= $"{names.Str("kind")}List";
        crd.Obj("spec")!["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        if (crd.Arr("status", "conditions") is not null)
        {
            return;
        }

        var now = crd.Str("metadata", "creationTimestamp");
        crd["status"] = new JsonObject
        {
            ["acceptedNames"] = names.DeepClone(),
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", now, "NoConflicts", "no conflicts found"),
                Condition("Established", now, "InitialNamesAccepted", "the initial names have been accepted")),
            ["storedVersions"] = new JsonArray([.. crd.Arr("spec", "versions").Objects().Where(version => version.Bool("storage") == true).Select(JsonNode? (version) => JsonValue.Create(version.Str("name")))]),
        };
    }

    public IEnumerable<FieldError> Validate(ObjectWrite write)
    {
        if (write.Resource.QualifiedPlural != CustomResources.Crds)
        {
            yield break;
        }

        var expected = $"{write.Value.Str("spec", "names", "plural")}.{write.Value.Str("spec", "group")}";
        if (write.Value.Name() != expected)
        {
            yield return FieldError.Invalid("metadata.name", $"\"{write.Value.Name()}\"", "must be spec.names.plural+\".\"+spec.group");
        }

        if (resources.Find(expected) is { IsCustom: false })
        {
            yield return FieldError.Invalid("spec.group", $"\"{write.Value.Str("spec", "group")}\"", "is served by the API server itself");
        }

        if (write.Value.Arr("spec", "versions").Objects().Count(version => version.Bool("storage") == true) != 1)
        {
            yield return FieldError.Invalid("spec.versions", "[]", "must have exactly one version marked as storage version");
        }
    }

    private static JsonObject Condition(string type, string? now, string reason, string message) => new()
    {
        ["lastTransitionTime"] = now,
        ["message"] = message,
        ["reason"] = reason,
        ["status"] = "True",
        ["type"] = type,
    };
}
