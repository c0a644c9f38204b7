using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>What clients of this project meet: selectors, templates, names of containers, immutable fields.</summary>
internal sealed partial class WorkloadValidation : IObjectRules
{
    private static readonly HashSet<string> Workloads = ["deployments.apps", "daemonsets.apps", "replicasets.apps", "statefulsets.apps"];

    // spec.* of a pod that may change after its creation, besides the images.
    private static readonly HashSet<string> MutablePodFields = ["activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "containers", "initContainers", "schedulingGates", "nodeName", "ephemeralContainers", "nodeSelector", "affinity"];

    public IEnumerable<FieldError> Validate(ObjectWrite write)
    {
        if (write.Options.Subresource == "status")
        {
            return [];
        }

        return write.Resource.QualifiedPlural switch
        {
            var name when Workloads.Contains(name) => Workload(write),
            "pods" => Pod(write),
            "services" => Service(write),
            "configmaps" or "secrets" => Immutable(write),
            "rolebindings.rbac.authorization.k8s.io" or "clusterrolebindings.rbac.authorization.k8s.io" => RoleRef(write),
            "poddisruptionbudgets.policy" when write.Value["spec"]?["minAvailable"] is not null && write.Value["spec"]?["maxUnavailable"] is not null =>
                [FieldError.Invalid("spec", "{}", "minAvailable and maxUnavailable cannot be both set")],
            _ => [],
        };
    }

    private static IEnumerable<FieldError> Workload(ObjectWrite write)
    {
        var spec = write.Value.Obj("spec");
        if (write.Old is { } old && !JsonReading.Same(old.At("spec", "selector"), spec.At("selector")))
        {
            yield return FieldError.Invalid("spec.selector", JsonText.ToText(spec.At("selector") ?? new JsonObject()), "field is immutable");
        }

        if (spec.Obj("selector") is not { } selector)
        {
            yield return FieldError.Required("spec.selector");
            yield return FieldError.Invalid("spec.template.metadata.labels", Shown(spec.Obj("template", "metadata", "labels")), "`selector` does not match template `labels`");
        }
        else if (!(selector.Count > 0))
        {
            yield return FieldError.Invalid("spec.selector", "{}", "empty selector is invalid for deployment");
        }
        else if (LabelSelector.From(selector)?.Matches(spec.Obj("template", "metadata", "labels")) != true)
        {
            yield return FieldError.Invalid("spec.template.metadata.labels", Shown(spec.Obj("template", "metadata", "labels")), "`selector` does not match template `labels`");
        }

        if (spec.Long("replicas") < 0)
        {
            yield return FieldError.Invalid("spec.replicas", $"{spec.Long("replicas")}", "must be greater than or equal to 0");
        }

        foreach (var error in PodSpec(spec.Obj("template", "spec"), "spec.template.spec"))
        {
            yield return error;
        }

        if (spec.Str("template", "spec", "restartPolicy") is { } policy and not "Always")
        {
            yield return FieldError.NotSupported("spec.template.spec.restartPolicy", $"\"{policy}\"", ["Always"]);
        }
    }

    private static IEnumerable<FieldError> Pod(ObjectWrite write)
    {
        foreach (var error in PodSpec(write.Value.Obj("spec"), "spec"))
        {
            yield return error;
        }

        var (now, before) = (write.Value.Obj("spec"), write.Old.Obj("spec"));
        if (before is null || now is null || write.Options.Subresource.Length > 0)
        {
            yield break;
        }

        var changed = now.Select(pair => pair.Key).Union(before.Select(pair => pair.Key)).Where(key => !JsonReading.Same(now[key], before[key])).ToList();
        if (changed.Exists(key => !MutablePodFields.Contains(key)) || (changed.Contains("nodeName") && write.Options.FieldManager is not null)
            || (changed.Contains("containers") && !SameButImages(now.Arr("containers"), before.Arr("containers"))))
        {
            yield return FieldError.Forbidden("spec", "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n");
        }
    }

    private static bool SameButImages(JsonArray? now, JsonArray? before)
    {
        static JsonArray Without(JsonArray? list) => new([.. list.Objects().Select(JsonNode (container) =>
        {
            var copy = (JsonObject)container.DeepClone();
            copy.Remove("image");
            return copy;
        })]);
        return JsonReading.Same(Without(now), Without(before));
    }

    private static IEnumerable<FieldError> PodSpec(JsonObject? spec, string path)
    {
        var containers = spec.Arr("containers").Objects().ToList();
        if (containers.Count == 0)
        {
            yield return FieldError.Required($"{path}.containers");
        }

        var names = new HashSet<string>();
        var volumes = spec.Arr("volumes").Objects().Select(volume => volume.Str("name")).ToHashSet();
        for (var index = 0; index < containers.Count; index++)
        {
            var at = $"{path}.containers[{index}]";
            if (containers[index].Str("name") is not { Length: > 0 } name)
            {
                yield return FieldError.Required($"{at}.name");
            }
            else if (!names.Add(name))
            {
                yield return FieldError.Duplicate($"{at}.name", $"\"{name}\"");
            }

            if (string.IsNullOrEmpty(containers[index].Str("image")))
            {
                yield return FieldError.Required($"{at}.image");
            }

            var mounts = containers[index].Arr("volumeMounts").Objects().ToList();
            for (var mount = 0; mount < mounts.Count; mount++)
            {
                if (!volumes.Contains(mounts[mount].Str("name")))
                {
                    yield return new FieldError("FieldValueNotFound", $"{at}.volumeMounts[{mount}].name", $"Not found: \"{mounts[mount].Str("name")}\"");
                }
            }
        }
    }

    private static IEnumerable<FieldError> Service(ObjectWrite write)
    {
        var spec = write.Value.Obj("spec");
        if (spec.Arr("ports") is not { Count: > 0 } && spec.Str("clusterIP") != "None" && spec.Str("type") != "ExternalName")
        {
            yield return FieldError.Required("spec.ports");
        }

        if (write.Old.Str("spec", "clusterIP") is { Length: > 0 } before && spec.Str("type") != "ExternalName" && spec.Str("clusterIP") != before)
        {
            yield return FieldError.Invalid("spec.clusterIPs[0]", JsonText.ToText(spec.At("clusterIPs") ?? new JsonArray()), "may not change once set");
        }

        if (spec.Arr("ports").Objects().Count() > 1 && spec.Arr("ports").Objects().Any(port => string.IsNullOrEmpty(port.Str("name"))))
        {
            yield return FieldError.Required("spec.ports[0].name");
        }
    }

    private static IEnumerable<FieldError> Immutable(ObjectWrite write)
    {
        if (write.Old is { } old && write.Resource.Plural == "secrets" && old.Str("type") != write.Value.Str("type"))
        {
            yield return FieldError.Invalid("type", $"\"{write.Value.Str("type")}\"", "field is immutable");
        }

        foreach (var key in (write.Value.Obj("data") ?? []).Select(pair => pair.Key).Where(key => key.Length > 253 || !KeyPattern().IsMatch(key)))
        {
            yield return FieldError.Invalid($"data[{key}]", $"\"{key}\"", "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
        }

        if (write.Old.Bool("immutable") != true)
        {
            yield break;
        }

        if (write.Value.Bool("immutable") != true)
        {
            yield return FieldError.Forbidden("immutable", "field is immutable when `immutable` is set");
        }

        if (!JsonReading.Same(write.Old?["data"], write.Value["data"]))
        {
            yield return FieldError.Forbidden("data", "field is immutable when `immutable` is set");
        }
    }

    private static IEnumerable<FieldError> RoleRef(ObjectWrite write)
    {
        if (write.Old is { } old && !JsonReading.Same(old["roleRef"], write.Value["roleRef"]))
        {
            yield return FieldError.Invalid("roleRef", JsonText.ToText(write.Value["roleRef"] ?? new JsonObject()), "cannot change roleRef");
        }
    }

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex KeyPattern();

    private static string Shown(JsonNode? node) => node is null ? "null" : JsonText.ToText(node);
}
