using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NetProfile.Crds.Schema.Validation;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;
using NetProfile.SimulatedCluster.Types;
using FieldError = NetProfile.SimulatedCluster.Errors.FieldError;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>Custom resources by their schema: pruned, defaulted, validated, CEL rules included.</summary>
internal sealed class CustomResourceSchemas : IObjectRules
{
    private static readonly ConditionalWeakTable<JsonObject, CrdSchema> Parsed = [];

    public void Default(ObjectWrite write)
    {
        if (Of(write.Resource) is not { } schema)
        {
            return;
        }

        var unknown = schema.Prune(write.Value);
        Unknown.Report(write, unknown);
        schema.Default(write.Value);
    }

    public IEnumerable<FieldError> Validate(ObjectWrite write) => Of(write.Resource) is { } schema
        ? schema.Validate(write.Value, write.Old)
            .Where(error => write.Options.Subresource != "status" || error.Field.StartsWith("status", StringComparison.Ordinal) || error.Field.StartsWith("<nil>", StringComparison.Ordinal))
            .Select(error => new FieldError(error.Reason, error.Field, error.Message))
        : [];

    private static CrdSchema? Of(ResourceDefinition resource) => resource.CrdVersion is { } version && version.Obj("schema", "openAPIV3Schema") is { } schema
        ? Parsed.GetValue(version, _ => CrdSchema.Parse(schema))
        : null;
}
