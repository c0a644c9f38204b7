using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>Defaults of the kinds that have few.</summary>
internal sealed class SmallDefaults : IObjectRules
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public void Default(ObjectWrite write)
    {
        var value = write.Value;
        switch (write.Resource.QualifiedPlural)
        {
            case "namespaces":
                Namespace(write);
                break;
            case "secrets":
                Secret(value);
                break;
            case "rolebindings.rbac.authorization.k8s.io" or "clusterrolebindings.rbac.authorization.k8s.io":
                Binding(value);
                break;
            case "priorityclasses.scheduling.k8s.io":
                value.Default("preemptionPolicy", "PreemptLowerPriority");
                break;
            case "storageclasses.storage.k8s.io":
                value.Defaults("""{"reclaimPolicy":"Delete","volumeBindingMode":"Immediate"}""");
                break;
            case "mutatingwebhookconfigurations.admissionregistration.k8s.io" or "validatingwebhookconfigurations.admissionregistration.k8s.io":
                foreach (var webhook in value.Arr("webhooks").Objects())
                {
                    webhook.Defaults("""{"failurePolicy":"Fail","matchPolicy":"Equivalent","timeoutSeconds":10,"namespaceSelector":{},"objectSelector":{}}""");
                    Scope(webhook.Arr("rules"));
                }

                break;
            case "validatingadmissionpolicies.admissionregistration.k8s.io":
                var spec = value.Ensure("spec").Defaults("""{"failurePolicy":"Fail"}""");
                spec.Ensure("matchConstraints").Defaults("""{"matchPolicy":"Equivalent","namespaceSelector":{},"objectSelector":{}}""");
                Scope(value.Arr("spec", "matchConstraints", "resourceRules"));
                break;
            case "poddisruptionbudgets.policy" when write.Old is null:
                value["status"] = JsonText.ParseObject("""{"currentHealthy":0,"desiredHealthy":0,"disruptionsAllowed":0,"expectedPods":0}""");
                break;
            case "nodes":
                value.Ensure("spec");
                value.Ensure("status");
                break;
            case "leases.coordination.k8s.io":
                value.Ensure("spec");
                break;
        }
    }

    private static void Scope(JsonArray? rules)
    {
        foreach (var rule in rules.Objects())
        {
            rule.Default("scope", "*");
        }
    }

    private static void Namespace(ObjectWrite write)
    {
        write.Value.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = write.Value.Name();
        if (write.Old is null)
        {
            write.Value["spec"] = JsonText.ParseObject("""{"finalizers":["kubernetes"]}""");
            write.Value["status"] = JsonText.ParseObject("""{"phase":"Active"}""");
        }
        else if (write.Options.Subresource != "finalize" && write.Old["spec"] is { } spec)
        {
            write.Value["spec"] = spec.DeepClone();
        }
    }

    private static void Secret(JsonObject value)
    {
        value.Default("type", "Opaque");
        if (value.Obj("stringData") is { } plain)
        {
            foreach (var (key, text) in plain)
            {
                value.Ensure("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.AsString() ?? ""));
            }

            value.Remove("stringData");
        }
    }

    private static void Binding(JsonObject value)
    {
        value.Obj("roleRef")?.Default("apiGroup", Rbac);
        foreach (var subject in value.Arr("subjects").Objects())
        {
            if (subject.Str("kind") is "User" or "Group")
            {
                subject.Default("apiGroup", Rbac);
            }
        }
    }
}
