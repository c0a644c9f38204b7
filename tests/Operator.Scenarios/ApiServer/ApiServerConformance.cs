namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>What the project relies on in an API server: the same tests run on the simulated one and on a real one.</summary>
public abstract partial class ApiServerConformance(IConformanceServer server)
{
    private ApiClient Api => server.Client;

    [Fact]
    public async Task Created_object_gets_uid_version_and_timestamp_and_no_client_made_status()
    {
        var ns = await Given.NamespaceAsync(Api);
        var created = (await Api.PostAsync($"/apis/apps/v1/namespaces/{ns}/deployments", Given.Deployment("web"))).Object;
        Assert.NotNull(created["metadata"]!["uid"]);
        Assert.NotNull(created["metadata"]!["creationTimestamp"]);
        Assert.Equal("1", created["metadata"]!["generation"]!.ToString());
        Assert.Equal("{}", created["status"]!.ToJsonString());
        Assert.Equal("RollingUpdate", created["spec"]!["strategy"]!["type"]!.ToString());
        Assert.Equal("IfNotPresent", created["spec"]!["template"]!["spec"]!["containers"]![0]!["imagePullPolicy"]!.ToString());
    }

    [Fact]
    public async Task Generation_moves_with_the_spec_and_not_with_metadata()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await Api.PostAsync($"/apis/apps/v1/namespaces/{ns}/deployments", Given.Deployment("web"));
        var labelled = await Api.MergeAsync(url, """{"metadata":{"labels":{"x":"y"}}}""");
        Assert.Equal("1", labelled.Object["metadata"]!["generation"]!.ToString());
        var scaled = await Api.MergeAsync(url, """{"spec":{"replicas":3}}""");
        Assert.Equal("2", scaled.Object["metadata"]!["generation"]!.ToString());
        var same = await Api.MergeAsync(url, """{"spec":{"replicas":3}}""");
        Assert.Equal(scaled.Object["metadata"]!["resourceVersion"]!.ToString(), same.Object["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task Update_with_an_old_version_is_a_conflict()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        var first = (await Api.PostAsync(url, """{"metadata":{"name":"a"},"data":{"k":"1"}}""")).Object;
        await Api.MergeAsync($"{url}/a", """{"data":{"k":"2"}}""");
        var late = await Api.PutAsync($"{url}/a", first.ToJsonString());
        Assert.Equal((409, "Conflict"), (late.Code, late.Reason));
        Assert.Equal("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", late.Message);
    }

    [Fact]
    public async Task Errors_carry_the_status_that_clients_read()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        var missing = await Api.GetAsync($"{url}/none");
        Assert.Equal((404, "NotFound", "configmaps \"none\" not found"), (missing.Code, missing.Reason, missing.Message));
        await Api.PostAsync(url, """{"metadata":{"name":"a"}}""");
        var twice = await Api.PostAsync(url, """{"metadata":{"name":"a"}}""");
        Assert.Equal((409, "AlreadyExists", "configmaps \"a\" already exists"), (twice.Code, twice.Reason, twice.Message));
        var nowhere = await Api.PostAsync("/api/v1/namespaces/no-such/configmaps", """{"metadata":{"name":"a"}}""");
        Assert.Equal((404, "namespaces \"no-such\" not found"), (nowhere.Code, nowhere.Message));
        var bad = await Api.PostAsync(url, """{"metadata":{"name":"A"}}""");
        Assert.Equal((422, "Invalid"), (bad.Code, bad.Reason));
        Assert.StartsWith("ConfigMap \"A\" is invalid: metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of", bad.Message);
        Assert.Equal("metadata.name", bad.Object["details"]!["causes"]![0]!["field"]!.ToString());
        Assert.Equal(404, (await Api.GetAsync("/apis/nosuch.io/v1/things")).Code);
    }

    [Fact]
    public async Task Selector_of_a_deployment_is_immutable()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments";
        await Api.PostAsync(url, Given.Deployment("web"));
        var changed = await Api.MergeAsync($"{url}/web", """{"spec":{"selector":{"matchLabels":{"a":"c"}},"template":{"metadata":{"labels":{"a":"c"}}}}}""");
        Assert.Equal("Deployment.apps \"web\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is immutable", changed.Message);
    }

    [Fact]
    public async Task Field_validation_refuses_warns_or_ignores()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments";
        var typo = Given.Deployment("web", """[{"name":"x","image":"i:1","imag":"y"}]""");
        var strict = await Api.PostAsync($"{url}?fieldValidation=Strict", typo);
        Assert.Equal((400, "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.template.spec.containers[0].imag\""), (strict.Code, strict.Message));
        var warned = await Api.PostAsync($"{url}?fieldValidation=Warn", typo);
        Assert.Equal(201, warned.Code);
        Assert.Contains("unknown field", string.Join(';', warned.Headers.GetValues("Warning")), StringComparison.Ordinal);
        Assert.Null(warned.Object["spec"]!["template"]!["spec"]!["containers"]![0]!["imag"]);
    }

    [Fact]
    public async Task Finalizer_holds_an_object_until_it_is_removed()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        await Api.PostAsync(url, """{"metadata":{"name":"a","finalizers":["example.com/hold"]}}""");
        var marked = await Api.DeleteAsync($"{url}/a");
        Assert.NotNull(marked.Object["metadata"]!["deletionTimestamp"]);
        Assert.Equal(200, (await Api.GetAsync($"{url}/a")).Code);
        var another = await Api.MergeAsync($"{url}/a", """{"metadata":{"finalizers":["example.com/hold","example.com/two"]}}""");
        Assert.Equal(422, another.Code);
        await Api.MergeAsync($"{url}/a", """{"metadata":{"finalizers":null}}""");
        Assert.Equal(404, (await Api.GetAsync($"{url}/a")).Code);
    }

    [Fact]
    public async Task Delete_honours_preconditions_and_dry_run()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        await Api.PostAsync(url, """{"metadata":{"name":"a"}}""");
        var wrong = await Api.DeleteAsync($"{url}/a", """{"preconditions":{"uid":"other"}}""");
        Assert.Equal(409, wrong.Code);
        Assert.StartsWith("Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (other) does not match the UID in record (", wrong.Message);
        Assert.Equal(200, (await Api.DeleteAsync($"{url}/a?dryRun=All")).Code);
        Assert.Equal(200, (await Api.GetAsync($"{url}/a")).Code);
        Assert.Equal("Success", (await Api.DeleteAsync($"{url}/a")).Object["status"]!.ToString());
        Assert.Equal(201, (await Api.PostAsync($"{url}?dryRun=All", """{"metadata":{"name":"b"}}""")).Code);
        Assert.Equal(404, (await Api.GetAsync($"{url}/b")).Code);
    }
}
