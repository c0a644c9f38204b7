using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>A label selector and a field selector.</summary>
internal sealed class ObjectSelector
{
    private static readonly Dictionary<string, string[]> SelectableFields = new()
    {
        ["pods"] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"],
        ["events"] = ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"],
        ["events.events.k8s.io"] = ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reason", "reportingController", "type"],
        ["nodes"] = ["spec.unschedulable"],
        ["namespaces"] = ["status.phase"],
        ["secrets"] = ["type"],
        ["services"] = ["spec.clusterIP", "spec.type"],
        ["replicasets.apps"] = ["status.replicas"],
        ["jobs.batch"] = ["status.successful"],
        ["replicationcontrollers"] = ["status.replicas"],
        ["certificatesigningrequests.certificates.k8s.io"] = ["spec.signerName"],
    };

    private readonly List<Func<JsonObject, bool>> tests = [];

    /// <summary>The one name asked for by <c>metadata.name=x</c>, if any.</summary>
    public string? Name { get; private set; }

    public bool IsEmpty => tests.Count == 0;

    public static ObjectSelector Parse(ResourceDefinition resource, string? labels, string? fields)
    {
        var selector = new ObjectSelector();
        if (!string.IsNullOrEmpty(labels))
        {
            var parsed = LabelSelector.Parse(labels);
            selector.tests.Add(value => parsed.Matches(value.Obj("metadata", "labels")));
        }

        foreach (var term in (fields ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            selector.AddField(resource, term);
        }

        return selector;
    }

    public bool Matches(JsonObject value) => tests.TrueForAll(test => test(value));

    private void AddField(ResourceDefinition resource, string term)
    {
        var not = term.Contains("!=", StringComparison.Ordinal);
        var split = term.Split(not ? ["!="] : ["==", "="], 2, StringSplitOptions.None);
        if (split.Length != 2)
        {
            throw ApiException.BadRequest($"unable to parse requirement: invalid selector: '{term}'; can't understand '{term}'");
        }

        var (field, wanted) = (split[0].Trim(), split[1].Trim());
        var custom = resource.CrdVersion.Arr("selectableFields").Objects().Select(entry => entry.Str("jsonPath")?.TrimStart('.'));
        if (field is not ("metadata.name" or "metadata.namespace")
            && !(SelectableFields.TryGetValue(resource.QualifiedPlural, out var known) && known.Contains(field))
            && !custom.Contains(field))
        {
            throw ApiException.BadRequest(resource.IsCustom || SelectableFields.ContainsKey(resource.QualifiedPlural)
                ? $"field label not supported: {field}"
                : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        }

        if (field == "metadata.name" && !not)
        {
            Name = wanted;
        }

        var path = field == "source" ? ["source", "component"] : field.Split('.');

        // What isn't written is selected by its zero value.
        var zero = field is "spec.hostNetwork" or "spec.unschedulable" ? "false" : null;
        tests.Add(value => ((Text(value.At(path)) is { Length: > 0 } text ? text : zero ?? "") == wanted) != not);
    }

    private static string Text(JsonNode? node) => node?.ToString() is { } text ? text is "True" or "False" ? text.ToLowerInvariant() : text : "";
}
