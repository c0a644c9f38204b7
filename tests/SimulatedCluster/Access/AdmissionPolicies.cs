using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetProfile.Crds.Schema.Validation.Cel;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Access;

/// <summary>ValidatingAdmissionPolicies, as their bindings enforce them on requests; actors' own writes are spared.</summary>
internal sealed class AdmissionPolicies(Func<ObjectStore> store) : IObjectRules
{
    private const string Group = "admissionregistration.k8s.io";

    private readonly ConcurrentDictionary<string, CelProgram> programs = new();

    public void Admit(ObjectWrite write)
    {
        if (write.Options.Requester is { } user)
        {
            var request = new AdmissionRequest(write.Resource, write.Options.Subresource, write.Old is null ? "CREATE" : "UPDATE", write.Value.Namespace(), write.Value.Name(), user, write.Options.DryRun);
            Check(request, write.Value, write.Old, write.Options.Warnings);
        }
    }

    public void AdmitDelete(ResourceDefinition resource, JsonObject old, UserInfo user, bool dryRun) =>
        Check(new AdmissionRequest(resource, "", "DELETE", old.Namespace(), old.Name(), user, dryRun), null, old, []);

    private void Check(AdmissionRequest request, JsonObject? value, JsonObject? old, List<string> warnings)
    {
        if (request.Resource.Group == Group)
        {
            // No policy can lock the administrator out of the policies.
            return;
        }

        foreach (var binding in store().List($"validatingadmissionpolicybindings.{Group}"))
        {
            var policy = store().Get($"validatingadmissionpolicies.{Group}", null, binding.Str("spec", "policyName") ?? "");
            if (policy is not null && request.Matches(policy.Obj("spec", "matchConstraints"), store, value ?? old) && request.Matches(binding.Obj("spec", "matchResources"), store, value ?? old))
            {
                Enforce(policy, binding, request, value, old, warnings);
            }
        }
    }

    private void Enforce(JsonObject policy, JsonObject binding, AdmissionRequest request, JsonObject? value, JsonObject? old, List<string> warnings)
    {
        var variables = request.Variables(value, old);
        var spec = policy.Obj("spec");
        var ignores = spec.Str("failurePolicy") == "Ignore";
        try
        {
            if (!spec.Arr("matchConditions").Objects().All(condition => Evaluate(condition.Str("expression"), variables) is true))
            {
                return;
            }

            Define(spec.Arr("variables"), variables);
        }
        catch (CelException error)
        {
            if (!ignores)
            {
                Act(policy, binding, request, error.Message, null, warnings);
            }

            return;
        }

        foreach (var validation in spec.Arr("validations").Objects())
        {
            if (Failure(validation, variables, ignores) is { } message)
            {
                Act(policy, binding, request, message, validation.Str("reason"), warnings);
            }
        }
    }

    private string? Failure(JsonObject validation, Dictionary<string, object?> variables, bool ignores)
    {
        var expression = validation.Str("expression");
        try
        {
            if (Evaluate(expression, variables) is true)
            {
                return null;
            }

            return validation.Str("messageExpression") is { } text && Evaluate(text, variables) is string { Length: > 0 } made ? made
                : validation.Str("message") ?? $"failed expression: {expression?.Trim()}";
        }
        catch (CelException error)
        {
            return ignores ? null : $"expression '{expression}' resulted in error: {error.Message}";
        }
    }

    private void Define(JsonArray? definitions, Dictionary<string, object?> variables)
    {
        var defined = new Dictionary<object, object?>();
        variables["variables"] = defined;
        foreach (var definition in definitions.Objects())
        {
            defined[definition.Str("name") ?? ""] = Evaluate(definition.Str("expression"), variables);
        }
    }

    private static void Act(JsonObject policy, JsonObject binding, AdmissionRequest request, string message, string? reason, List<string> warnings)
    {
        var text = $"ValidatingAdmissionPolicy '{policy.Name()}' with binding '{binding.Name()}' denied request: {message}";
        var actions = binding.Arr("spec", "validationActions").Strings().ToList();
        if (actions.Contains("Warn"))
        {
            warnings.Add($"Validation failed for ValidatingAdmissionPolicy '{policy.Name()}' with binding '{binding.Name()}': {message}");
        }

        if (actions.Contains("Deny"))
        {
            var refused = ApiException.Forbidden(request.Resource, request.Name, text, new JsonArray(new JsonObject { ["message"] = text }));
            var (code, word) = reason switch { "Unauthorized" => (401, reason), "Forbidden" => (403, reason), "RequestEntityTooLarge" => (413, reason), _ => (422, "Invalid") };
            refused.Status["code"] = code;
            refused.Status["reason"] = word;
            throw refused;
        }
    }

    private object? Evaluate(string? expression, Dictionary<string, object?> variables) =>
        programs.GetOrAdd(expression ?? "", CelProgram.Parse).Evaluate(variables);
}
