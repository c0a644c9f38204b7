using System.Text.Json.Nodes;

namespace NetProfile.Operator.Scenarios.ApiServer;

public abstract partial class ApiServerConformance
{
    [Fact]
    public async Task Strategic_merge_patch_merges_deletes_and_replaces_by_key()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await Api.PostAsync($"/apis/apps/v1/namespaces/{ns}/deployments", Given.Deployment("web", """[{"name":"x","image":"i:1"},{"name":"z","image":"i:2"}]"""));
        static string[] Containers(JsonObject value) => [.. value["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(container => $"{container!["name"]}={container["image"]}")];
        string Patch(string containers) => $$"""{"spec":{"template":{"spec":{"containers":{{containers}} } } } }""";
        Assert.Equal(["x=i:9", "z=i:2"], Containers((await Api.StrategicAsync(url, Patch("""[{"name":"x","image":"i:9"}]"""))).Object));
        Assert.Equal(["z=i:2", "v=i:3"], Containers((await Api.StrategicAsync(url, Patch("""[{"name":"x","$patch":"delete"},{"name":"v","image":"i:3"}]"""))).Object).OrderDescending());
        Assert.Equal(["only=i:4"], Containers((await Api.StrategicAsync(url, Patch("""[{"$patch":"replace"},{"name":"only","image":"i:4"}]"""))).Object));
        var strategy = (await Api.StrategicAsync(url, """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""")).Object["spec"]!["strategy"]!;
        Assert.Equal("""{"type":"Recreate"}""", strategy.ToJsonString());
    }

    [Fact]
    public async Task Json_patch_tests_adds_and_removes()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        await Api.PostAsync(url, """{"metadata":{"name":"a"},"data":{"x":"1"}}""");
        var patched = await Api.JsonPatchAsync($"{url}/a", """[{"op":"test","path":"/data/x","value":"1"},{"op":"add","path":"/data/a~1b","value":"2"},{"op":"remove","path":"/data/x"}]""");
        Assert.Equal(422, patched.Code);
        patched = await Api.JsonPatchAsync($"{url}/a", """[{"op":"test","path":"/data/x","value":"1"},{"op":"add","path":"/data/b","value":"2"},{"op":"remove","path":"/data/x"}]""");
        Assert.Equal("""{"b":"2"}""", patched.Object["data"]!.ToJsonString());
        Assert.Equal(422, (await Api.JsonPatchAsync($"{url}/a", """[{"op":"test","path":"/data/b","value":"3"}]""")).Code);
        Assert.Equal(422, (await Api.JsonPatchAsync($"{url}/a", """[{"op":"remove","path":"/data/none"}]""")).Code);
    }

    [Fact]
    public async Task Custom_resource_is_pruned_defaulted_and_validated()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = await Given.WidgetsAsync(Api, ns);
        string Body(string name, string spec) => $$"""{"apiVersion":"{{VersionOf(url)}}","kind":"Widget","metadata":{"name":"{{name}}"},"spec":{{spec}} }""";
        var created = await Api.PostAsync(url, Body("w", """{"size":3,"nonsense":1}"""));
        Assert.Equal("""{"mode":"A","size":3}""", new JsonObject(created.Object["spec"]!.AsObject().OrderBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString());
        var group = VersionOf(url).Split('/')[0];
        Assert.Equal($"Widget.{group} \"bad\" is invalid: spec: Invalid value: too big", (await Api.PostAsync(url, Body("bad", """{"size":100}"""))).Message);
        Assert.Equal($"Widget.{group} \"bad\" is invalid: spec.size: Required value", (await Api.PostAsync(url, Body("bad", "{}"))).Message.Replace("[", "", StringComparison.Ordinal).Split(',')[0]);
        Assert.Equal(415, (await Api.StrategicAsync($"{url}/w", "{}")).Code);
        var unversioned = await Api.PutAsync($"{url}/w", Body("w", """{"size":4}"""));
        Assert.Equal(422, unversioned.Code);
        Assert.Contains("metadata.resourceVersion: Invalid value: 0: must be specified for an update", unversioned.Message.Replace("0x0", "0", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_subresource_reads_and_writes_replicas()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments";
        await Api.PostAsync(url, Given.Deployment("web"));
        var scale = (await Api.GetAsync($"{url}/web/scale")).Object;
        Assert.Equal("a=b", scale["status"]!["selector"]!.ToString());
        scale["spec"]!["replicas"] = 5;
        Assert.Equal(200, (await Api.PutAsync($"{url}/web/scale", scale.ToJsonString())).Code);
        var deployment = (await Api.GetAsync($"{url}/web")).Object;
        Assert.Equal(("5", "2"), (deployment["spec"]!["replicas"]!.ToString(), deployment["metadata"]!["generation"]!.ToString()));
    }

    [Fact]
    public async Task Admission_policy_refuses_what_its_expression_refuses()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        await Api.PostAsync("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", $$"""
            {"metadata":{"name":"{{ns}}"},"spec":{"failurePolicy":"Fail","matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"],"operations":["CREATE","UPDATE","DELETE"]}] },
             "matchConditions":[{"name":"here","expression":"request.namespace == '{{ns}}'"}],
             "validations":[{"expression":"request.operation == 'DELETE' || !has(object.data) || !('bad' in object.data)","message":"no bad data","reason":"Forbidden"}] } }
            """);
        await Api.PostAsync("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", $$"""{"metadata":{"name":"{{ns}}"},"spec":{"policyName":"{{ns}}","validationActions":["Deny"]} }""");
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        ApiAnswer refused;
        while ((refused = await Api.PostAsync($"{url}?dryRun=All", """{"metadata":{"name":"a"},"data":{"bad":"1"}}""")).Code == 201)
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((403, "Forbidden", $"configmaps \"a\" is forbidden: ValidatingAdmissionPolicy '{ns}' with binding '{ns}' denied request: no bad data"), (refused.Code, refused.Reason, refused.Message));
        Assert.Equal(201, (await Api.PostAsync(url, """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal(403, (await Api.MergeAsync($"{url}/a", """{"data":{"bad":"1"}}""")).Code);
        Assert.Equal(200, (await Api.DeleteAsync($"{url}/a")).Code);
    }

    [Fact]
    public async Task Nobody_grants_what_they_do_not_hold()
    {
        var ns = await Given.NamespaceAsync(Api);
        var user = $"maker-{ns}";
        await Api.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata":{"name":"{{ns}}"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["create"]},{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}] }""");
        await Api.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""{"metadata":{"name":"{{ns}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{ns}}"},"subjects":[{"kind":"User","name":"{{user}}","apiGroup":"rbac.authorization.k8s.io"}] }""");
        async Task<(int Code, string Message)> Make(string name, string verbs)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles");
            request.Headers.Add("Impersonate-User", user);
            request.Content = new StringContent($$"""{"metadata":{"name":"{{name}}"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":{{verbs}} }] }""", System.Text.Encoding.UTF8, "application/json");
            using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            return ((int)response.StatusCode, body["message"]?.ToString() ?? "");
        }

        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        (int Code, string Message) made;
        while ((made = await Make("within", """["get"]""")).Code == 403)
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(201, made.Code);
        var refused = await Make("beyond", """["get","delete"]""");
        Assert.Equal((403, $"roles.rbac.authorization.k8s.io \"beyond\" is forbidden: user \"{user}\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n{{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\"]}}"), refused);
    }

    [Fact]
    public async Task Access_follows_roles_and_bindings()
    {
        var ns = await Given.NamespaceAsync(Api);
        await Api.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"],"resourceNames":["only"]}]}""");
        await Api.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", $$"""{"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"bob-{{ns}}","apiGroup":"rbac.authorization.k8s.io"}]}""");
        async Task<string> May(string verb, string name)
        {
            var review = $$"""{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"bob-{{ns}}","resourceAttributes":{"namespace":"{{ns}}","verb":"{{verb}}","resource":"configmaps","name":"{{name}}"} } }""";
            return (await Api.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)).Object["status"]!["allowed"]!.ToString();
        }

        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await May("get", "only") != "true")
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("false", await May("get", "other"));
        Assert.Equal("false", await May("list", ""));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{ns}/pods");
        request.Headers.Add("Impersonate-User", $"bob-{ns}");
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(403, (int)response.StatusCode);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal($"pods is forbidden: User \"bob-{ns}\" cannot list resource \"pods\" in API group \"\" in the namespace \"{ns}\"", status["message"]!.ToString());
    }
}

public sealed class SimulatedApiServerConformance(SimulatedServer server) : ApiServerConformance(server), IClassFixture<SimulatedServer>;

public sealed class RealApiServerConformance(RealServer server) : ApiServerConformance(server), IClassFixture<RealServer>;
