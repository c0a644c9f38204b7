namespace NetProfile.Operator.Scenarios.ApiServer;

public abstract partial class ApiServerConformance
{
    [Fact]
    public async Task Apply_owns_what_it_sends_and_removes_what_it_no_longer_sends()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps/a";
        const string Body = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"l":"1"}},"data":{DATA}}""";
        var created = await Api.ApplyAsync(url, "one", Body.Replace("DATA", "\"x\":\"1\",\"y2\":\"2\"", StringComparison.Ordinal));
        Assert.Equal(201, created.Code);
        Assert.Equal("""{"f:data":{"f:x":{},"f:y2":{}},"f:metadata":{"f:labels":{"f:l":{}}}}""", Given.Fields(created.Object, "one"));
        var again = await Api.ApplyAsync(url, "one", Body.Replace("DATA", "\"x\":\"1\"", StringComparison.Ordinal));
        Assert.Equal("""{"x":"1"}""", again.Object["data"]!.ToJsonString());
        var same = await Api.ApplyAsync(url, "one", Body.Replace("DATA", "\"x\":\"1\"", StringComparison.Ordinal));
        Assert.Equal(again.Object["metadata"]!["resourceVersion"]!.ToString(), same.Object["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task Apply_over_a_field_of_another_manager_is_a_conflict_until_forced()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps/a";
        const string Body = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","z":"1"}}""";
        await Api.ApplyAsync(url, "one", Body);
        await Api.MergeAsync($"{url}?fieldManager=hand", """{"data":{"x":"9"}}""");
        var conflict = await Api.ApplyAsync(url, "one", Body);
        Assert.Equal((409, "Conflict", "Apply failed with 1 conflict: conflict with \"hand\" using v1: .data.x"), (conflict.Code, conflict.Reason, conflict.Message));
        Assert.Equal("FieldManagerConflict", conflict.Object["details"]!["causes"]![0]!["reason"]!.ToString());
        Assert.Equal(".data.x", conflict.Object["details"]!["causes"]![0]!["field"]!.ToString());
        var forced = await Api.ApplyAsync(url, "one", Body, force: true);
        Assert.Equal(["one Apply"], Given.ManagedBy(forced.Object));
        var shared = await Api.ApplyAsync(url, "two", Body);
        Assert.Equal(["one Apply", "two Apply"], Given.ManagedBy(shared.Object).Order());
        await Api.MergeAsync($"{url}?fieldManager=hand", """{"data":{"x":"9","z":"9"}}""");
        await Api.ApplyAsync(url, "two", Body.Replace("\"1\"", "\"2\"", StringComparison.Ordinal), force: true);
        var several = await Api.ApplyAsync(url, "one", Body);
        Assert.Equal("Apply failed with 2 conflicts: conflicts with \"two\":\n- .data.x\n- .data.z", several.Message);
    }

    [Fact]
    public async Task Apply_merges_lists_by_their_keys()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments/multi";
        await Api.ApplyAsync(url, "one", Given.Deployment("multi", """[{"name":"x","image":"i:1","ports":[{"containerPort":80}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]},{"name":"w","image":"i:2"}]"""));
        var both = await Api.ApplyAsync(url, "two", Given.Deployment("multi", """[{"name":"z","image":"i:3"},{"name":"x","image":"i:1","env":[{"name":"B","value":"2"},{"name":"C","value":"3"}]}]"""));
        Assert.Equal(200, both.Code);
        Assert.Contains("""k:{\u0022containerPort\u0022:80,\u0022protocol\u0022:\u0022TCP\u0022}""", Given.Fields(both.Object, "one"), StringComparison.Ordinal);
        var containers = both.Object["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Equal(["w", "x", "z"], containers.Select(container => container!["name"]!.ToString()).Order());
        var less = await Api.ApplyAsync(url, "one", Given.Deployment("multi", """[{"name":"x","image":"i:1","env":[{"name":"A","value":"1"}]}]"""));
        containers = less.Object["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Equal(["x", "z"], containers.Select(container => container!["name"]!.ToString()).Order());
        var x = containers.Single(container => container!["name"]!.ToString() == "x")!;
        Assert.Equal(["A", "B", "C"], x["env"]!.AsArray().Select(variable => variable!["name"]!.ToString()).Order());
        Assert.Null(x["ports"]);
    }

    [Fact]
    public async Task Apply_of_status_and_of_spec_do_not_touch_each_other()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = await Given.WidgetsAsync(Api, ns);
        string Body(string rest) => $$"""{"apiVersion":"{{VersionOf(url)}}","kind":"Widget","metadata":{"name":"w"},{{rest}} }""";
        await Api.ApplyAsync($"{url}/w", "spec-writer", Body("\"spec\":{\"size\":3}"));
        var status = await Api.ApplyAsync($"{url}/w/status", "status-writer", Body("\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}"));
        Assert.Equal(200, status.Code);
        Assert.Equal("1", status.Object["metadata"]!["generation"]!.ToString());
        Assert.Equal("3", status.Object["spec"]!["size"]!.ToString());
        var spec = await Api.ApplyAsync($"{url}/w", "spec-writer", Body("\"spec\":{\"size\":4}"));
        Assert.Equal("True", spec.Object["status"]!["conditions"]![0]!["status"]!.ToString());
        Assert.Equal("2", spec.Object["metadata"]!["generation"]!.ToString());
        var fields = spec.Object["metadata"]!["managedFields"]!.AsArray();
        Assert.Equal("status", fields.Single(entry => entry!["manager"]!.ToString() == "status-writer")!["subresource"]!.ToString());
    }

    [Fact]
    public async Task Apply_must_be_typed_and_named()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments/bad";
        var typo = await Api.ApplyAsync(url, "one", Given.Deployment("bad", """[{"name":"x","imag":"i:1"}]"""));
        Assert.Equal(500, typo.Code);
        Assert.Equal($"failed to create typed patch object (/bad; apps/v1, Kind=Deployment): .spec.template.spec.containers[name=\"x\"].imag: field not declared in schema", typo.Message);
        var nameless = await Api.SendAsync(HttpMethod.Patch, url, Given.Deployment("bad"), "application/apply-patch+yaml");
        Assert.Equal((422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"), (nameless.Code, nameless.Message));
    }

    [Fact]
    public async Task Update_managers_own_what_they_change()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        var created = await Api.PostAsync($"{url}?fieldManager=maker", """{"metadata":{"name":"a"},"data":{"x":"1","z":"1"}}""");
        Assert.Equal("""{"f:data":{".":{},"f:x":{},"f:z":{}}}""", Given.Fields(created.Object, "maker"));
        var patched = await Api.MergeAsync($"{url}/a?fieldManager=hand", """{"data":{"x":"2"}}""");
        Assert.Equal("""{"f:data":{".":{},"f:z":{}}}""", Given.Fields(patched.Object, "maker"));
        Assert.Equal("""{"f:data":{"f:x":{}}}""", Given.Fields(patched.Object, "hand"));
    }
}
