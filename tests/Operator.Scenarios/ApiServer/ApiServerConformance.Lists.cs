using System.Text.Json.Nodes;

namespace NetProfile.Operator.Scenarios.ApiServer;

public abstract partial class ApiServerConformance
{
    [Fact]
    public async Task Paged_list_shows_the_state_of_its_first_page()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        foreach (var name in (string[])["p1", "p2", "p3"])
        {
            await Api.PostAsync(url, $$"""{"metadata":{"name":"{{name}}","labels":{"paged":"yes"} } }""");
        }

        var first = (await Api.GetAsync($"{url}?limit=2&labelSelector=paged%3Dyes")).Object;
        var token = first["metadata"]!["continue"]!.ToString();
        await Api.PostAsync(url, """{"metadata":{"name":"p9","labels":{"paged":"yes"}}}""");
        var second = (await Api.GetAsync($"{url}?limit=2&labelSelector=paged%3Dyes&continue={Uri.EscapeDataString(token)}")).Object;
        Assert.Equal(["p1", "p2"], Names(first));
        Assert.Equal(["p3"], Names(second));
        Assert.Equal(first["metadata"]!["resourceVersion"]!.ToString(), second["metadata"]!["resourceVersion"]!.ToString());
        Assert.Null(first["items"]![0]!["kind"]);
    }

    [Fact]
    public async Task Selectors_filter_lists()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        await Api.PostAsync(url, """{"metadata":{"name":"a","labels":{"app":"x","tier":"1"}}}""");
        await Api.PostAsync(url, """{"metadata":{"name":"b","labels":{"app":"y"}}}""");
        await Api.PostAsync(url, """{"metadata":{"name":"c"}}""");
        async Task<string[]> By(string query) => [.. Names((await Api.GetAsync($"{url}?{query}")).Object).Except(["kube-root-ca.crt"])];
        Assert.Equal(["a"], await By("labelSelector=app%3Dx,tier"));
        Assert.Equal(["a", "b"], await By("labelSelector=app%20in%20(x,y)"));
        Assert.Equal(["c"], await By("labelSelector=!app"));
        Assert.Equal(["b"], await By("fieldSelector=metadata.name%3Db"));
        var unknown = await Api.GetAsync($"{url}?fieldSelector=data.x%3D1");
        Assert.Equal(400, unknown.Code);
        Assert.Contains("\"data.x\" is not a known field selector", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_continues_from_a_list()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/configmaps";
        var version = (await Api.GetAsync(url)).Object["metadata"]!["resourceVersion"]!.ToString();
        await Api.PostAsync(url, """{"metadata":{"name":"w","labels":{"watched":"yes"}}}""");
        await Api.MergeAsync($"{url}/w", """{"data":{"a":"b"}}""");
        await Api.MergeAsync($"{url}/w", """{"metadata":{"labels":{"watched":"no"}}}""");
        await Api.MergeAsync($"{url}/w", """{"metadata":{"labels":{"watched":"yes"}}}""");
        await Api.DeleteAsync($"{url}/w");
        var all = await Api.WatchAsync($"{url}?watch=1&labelSelector=watched&resourceVersion={version}&timeoutSeconds=5", 5);
        Assert.Equal(["ADDED", "MODIFIED", "MODIFIED", "MODIFIED", "DELETED"], all.Select(change => change["type"]!.ToString()));
        var selected = await Api.WatchAsync($"{url}?watch=1&labelSelector=watched%3Dyes&resourceVersion={version}&timeoutSeconds=5", 5);
        Assert.Equal(["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"], selected.Select(change => change["type"]!.ToString()));
        Assert.Equal("yes", selected[2]["object"]!["metadata"]!["labels"]!["watched"]!.ToString());
    }

    [Fact]
    public async Task Watch_can_begin_with_the_state_and_mark_its_end()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = $"/api/v1/namespaces/{ns}/secrets";
        await Api.PostAsync(url, """{"metadata":{"name":"s"}}""");
        var events = await Api.WatchAsync($"{url}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=5", 2);
        Assert.Equal(["ADDED", "BOOKMARK"], events.Select(change => change["type"]!.ToString()));
        Assert.Equal("true", events[1]["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.ToString());
    }

    [Fact]
    public async Task Future_versions_are_refused_with_a_timeout()
    {
        var answer = await Api.GetAsync("/api/v1/configmaps?resourceVersion=99999999");
        Assert.Equal((504, "Timeout"), (answer.Code, answer.Reason));
        Assert.StartsWith("Timeout: Too large resource version: 99999999, current: ", answer.Message);
        Assert.Equal("ResourceVersionTooLarge", answer.Object["details"]!["causes"]![0]!["reason"]!.ToString());
    }

    [Fact]
    public async Task Table_has_the_columns_of_the_custom_resource()
    {
        var ns = await Given.NamespaceAsync(Api);
        var url = await Given.WidgetsAsync(Api, ns);
        await Api.PostAsync(url, $$"""{"apiVersion":"{{VersionOf(url)}}","kind":"Widget","metadata":{"name":"w"},"spec":{"size":3} }""");
        await Api.MergeAsync($"{url}/w/status", """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var table = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(["Name", "Size", "Ready"], table["columnDefinitions"]!.AsArray().Select(column => column!["name"]!.ToString()));
        Assert.Equal("""["w",3,"True"]""", table["rows"]![0]!["cells"]!.ToJsonString());
    }

    private static string VersionOf(string url) => string.Join('/', url.Split('/')[2..4]);

    private static string[] Names(JsonObject list) => [.. list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.ToString())];
}
