using System.Text.Json.Nodes;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>Objects that the conformance tests start from.</summary>
internal static class Given
{
    public const string Crd = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"GROUPPLURAL"},
         "spec":{"group":"GROUP","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget","shortNames":["wdg"]},
          "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
           "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}],
           "schema":{"openAPIV3Schema":{"type":"object","properties":{
             "spec":{"type":"object","required":["size"],"properties":{"size":{"type":"integer","minimum":1},"mode":{"type":"string","enum":["A","B"],"default":"A"}},
               "x-kubernetes-validations":[{"rule":"self.size < 100","message":"too big"}]},
             "status":{"type":"object","properties":{"conditions":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["type"],
               "items":{"type":"object","required":["type"],"properties":{"type":{"type":"string"},"status":{"type":"string"}}}}}}}}}}]}}
        """;

    public static async Task<string> NamespaceAsync(ApiClient api)
    {
        var name = $"t-{Guid.NewGuid():N}"[..12];
        var answer = await api.PostAsync("/api/v1/namespaces", $$"""{"metadata":{"name":"{{name}}"} }""");
        Assert.Equal(201, answer.Code);
        return name;
    }

    /// <returns>The URL of the widgets in the namespace.</returns>
    public static async Task<string> WidgetsAsync(ApiClient api, string @namespace)
    {
        var group = $"g{Guid.NewGuid():N}"[..10] + ".example.com";
        var body = Crd.Replace("GROUPPLURAL", $"widgets.{group}", StringComparison.Ordinal).Replace("GROUP", group, StringComparison.Ordinal);
        var created = await api.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", body);
        Assert.Equal(201, created.Code);
        var url = $"/apis/{group}/v1/namespaces/{@namespace}/widgets";
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await api.GetAsync(url)).Code != 200)
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return url;
    }

    public static string Deployment(string name, string containers = """[{"name":"x","image":"i:1"}]""") => $$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}"},"spec":{"selector":{"matchLabels":{"a":"b"} },
         "template":{"metadata":{"labels":{"a":"b"} },"spec":{"containers":{{containers}} } } } }
        """;

    public static string[] ManagedBy(JsonObject value) =>
        [.. value["metadata"]!["managedFields"]!.AsArray().Select(entry => $"{entry!["manager"]} {entry["operation"]}")];

    public static string Fields(JsonObject value, string manager) =>
        value["metadata"]!["managedFields"]!.AsArray().Single(entry => entry!["manager"]!.ToString() == manager)!["fieldsV1"]!.ToJsonString();
}
