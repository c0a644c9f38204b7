using System.Text.Json.Nodes;
using NetProfile.Commands.Input;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.Commands.Validation;

/// <summary>Tells NetworkProfiles from what else stands in a folder of manifests, and from what was meant to be one.</summary>
internal static class DocumentSorter
{
    private static readonly string s_apiVersion = V1Alpha1NetworkProfile.Entity.ApiVersion;
    private static readonly string s_kind = V1Alpha1NetworkProfile.Entity.Kind;

    /// <summary>null for a NetworkProfile that can be looked into.</summary>
    public static Problem? WhyNot(InputDocument document)
    {
        if (document.Error is { } error)
        {
            return Of(document, ProblemSeverity.Error, "", "InvalidYaml", error.Message);
        }

        if (document.Root is not JsonObject)
        {
            return Of(document, ProblemSeverity.Error, "", "NotAnObject", "expected a Kubernetes object, a mapping with apiVersion and kind; found " + (document.Root is JsonArray ? "a list" : "a plain value"));
        }

        var (apiVersion, kind) = (document.ApiVersion, document.Kind);
        var group = apiVersion?.Split('/')[0];
        var isOurs = group == NetworkProfileNames.Group;
        return (apiVersion, kind) switch
        {
            _ when apiVersion == s_apiVersion && kind == s_kind => null,
            (null, null) => Of(document, ProblemSeverity.Warning, "", "Skipped", "no apiVersion and no kind, so no Kubernetes object: skipped"),
            (null, _) when kind == s_kind => Of(document, ProblemSeverity.Error, "apiVersion", "UnknownApiVersion", $"missing: write {s_apiVersion}"),
            (_, null) when isOurs => Of(document, ProblemSeverity.Error, "kind", "UnknownKind", $"missing: write {s_kind}"),
            _ when isOurs && kind == s_kind => Of(document, ProblemSeverity.Error, "apiVersion", "UnknownApiVersion", $"this program knows {s_apiVersion} only: write that, or use the release that brought {apiVersion}"),
            _ when isOurs && kind != V1Alpha1NodeNetwork.Entity.Kind => Of(document, ProblemSeverity.Error, "kind", "UnknownKind", $"the group {NetworkProfileNames.Group} has no such kind: write {s_kind}"),
            _ when kind == s_kind => Of(document, ProblemSeverity.Warning, "apiVersion", "UnknownApiVersion", $"not of the group {NetworkProfileNames.Group}: skipped; if it is meant for this operator, write {s_apiVersion}"),
            _ => Of(document, ProblemSeverity.Note, "", "Skipped", $"{kind ?? "an object without kind"}{(document.Name is { } name ? $" {name}" : "")} is not a NetworkProfile: skipped"),
        };
    }

    private static Problem Of(InputDocument document, ProblemSeverity severity, string field, string reason, string message) => new()
    {
        Severity = severity,
        File = document.File,
        Line = document.LineOf(field),
        Field = document.Prefix.Length > 0 && field.Length > 0 ? $"{document.Prefix}.{field}" : field,
        Value = field switch { "apiVersion" => document.ApiVersion ?? "", "kind" => document.Kind ?? "", _ => "" },
        Reason = reason,
        Message = message,
    };
}
