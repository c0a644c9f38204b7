using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class KubernetesRequestTests
{
    private static readonly NamespacedName Pod = new("kube-system", "cni-1");

    [Fact]
    public void Core_kinds_are_under_api_and_groups_under_apis()
    {
        Assert.Equal("/api/v1/nodes/n1", KubernetesRequest.Get(V1Node.Entity, new NamespacedName(null, "n1")).PathAndQuery);
        Assert.Equal("/apis/apps/v1/namespaces/a/daemonsets/b", KubernetesRequest.Get(V1DaemonSet.Entity, new NamespacedName("a", "b")).PathAndQuery);
    }

    [Fact]
    public void List_without_a_namespace_spans_all_of_them()
    {
        var request = KubernetesRequest.List(V1Pod.Entity, new ListOptions { LabelSelector = "k8s-app in (a,b)", FieldSelector = "spec.nodeName=n1", Limit = 500 });
        Assert.Equal("/api/v1/pods?labelSelector=k8s-app%20in%20%28a%2Cb%29&fieldSelector=spec.nodeName%3Dn1&limit=500", request.PathAndQuery);
    }

    [Fact]
    public void A_continued_list_leaves_out_the_resource_version()
    {
        var request = KubernetesRequest.List(V1Pod.Entity, new ListOptions { Limit = 1, Continue = "t=", ResourceVersion = "7", ResourceVersionMatch = "NotOlderThan" });
        Assert.Equal("/api/v1/pods?limit=1&continue=t%3D", request.PathAndQuery);
    }

    [Fact]
    public void Watch_asks_for_bookmarks_and_streams()
    {
        var request = KubernetesRequest.Watch(V1Node.Entity, new WatchOptions { ResourceVersion = "12", TimeoutSeconds = 300 });
        Assert.Equal("/api/v1/nodes?watch=true&resourceVersion=12&allowWatchBookmarks=true&timeoutSeconds=300", request.PathAndQuery);
        Assert.True(request.Streaming);
    }

    [Fact]
    public void Apply_sends_only_what_is_set_as_an_apply_patch()
    {
        var desired = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "m", Namespace = "a" }, Data = new Dictionary<string, string> { ["k"] = "v" } };
        var request = KubernetesRequest.Apply(desired, new ApplyOptions { FieldManager = "me", Force = true, DryRun = true }, null);
        Assert.Equal("/api/v1/namespaces/a/configmaps/m?fieldManager=me&force=true&dryRun=All", request.PathAndQuery);
        Assert.Equal("application/apply-patch+yaml", request.ContentType);
        Assert.Equal("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","namespace":"a"},"data":{"k":"v"}}""", Encoding.UTF8.GetString(request.Body.Span));
        Assert.True(request.Idempotent);
    }

    [Fact]
    public void Eviction_carries_its_preconditions_and_takes_429_for_an_answer()
    {
        var request = KubernetesRequest.Evict(Pod, new DeleteOptions { PreconditionUid = "u", GracePeriodSeconds = 5 });
        Assert.Equal("/api/v1/namespaces/kube-system/pods/cni-1/eviction", request.PathAndQuery);
        var body = JsonNode.Parse(request.Body.Span)!;
        Assert.Equal("policy/v1", (string?)body["apiVersion"]);
        Assert.Equal("u", (string?)body["deleteOptions"]!["preconditions"]!["uid"]);
        Assert.Equal(5, (int)body["deleteOptions"]!["gracePeriodSeconds"]!);
        Assert.False(request.RetryTooManyRequests);
    }

    [Fact]
    public void Exec_has_one_parameter_per_argument()
    {
        var request = KubernetesRequest.Exec(Pod, new ExecOptions { Container = "agent", Command = ["sh", "-c", "a & b"], Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal("/api/v1/namespaces/kube-system/pods/cni-1/exec?command=sh&command=-c&command=a%20%26%20b&container=agent&stdout=true&stderr=true", request.PathAndQuery);
    }

    [Fact]
    public void A_namespaced_object_needs_a_namespace_and_every_object_a_name()
    {
        Assert.Throws<ArgumentException>(() => KubernetesRequest.Get(V1Pod.Entity, new NamespacedName(null, "x")));
        Assert.Throws<ArgumentException>(() => KubernetesRequest.Delete(V1Node.Entity, new NamespacedName(null, ""), new DeleteOptions()));
    }

    [Theory]
    [InlineData(V1PatchType.MergePatch, """{"metadata":{"labels":{"a":"b"}}}""", true)]
    [InlineData(V1PatchType.MergePatch, """{"metadata":{"resourceVersion":"1"}}""", false)]
    [InlineData(V1PatchType.JsonPatch, """[{"op":"add","path":"/a/-","value":1}]""", false)]
    public void A_patch_that_meets_itself_is_not_sent_twice(V1PatchType type, string content, bool idempotent) =>
        Assert.Equal(idempotent, KubernetesRequest.Patch(V1Node.Entity, new NamespacedName(null, "n"), new V1Patch(type, JsonNode.Parse(content)!, "me")).Idempotent);
}
