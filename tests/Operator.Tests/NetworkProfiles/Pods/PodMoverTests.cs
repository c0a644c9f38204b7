using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Pods;

/// <summary>What the API says to an eviction, and what is made of it.</summary>
public sealed class PodMoverTests
{
    private readonly FakeAgents _api = new();

    [Theory]
    [InlineData(PodMoveMode.Evict, "evict")]
    [InlineData(PodMoveMode.Delete, "delete")]
    public async Task A_pod_is_taken_away_by_its_UID_so_that_another_one_of_its_name_stays(PodMoveMode mode, string verb)
    {
        Assert.Empty(await MoveAsync(mode));

        Assert.Equal([$"{verb} default/web-1 uid-web-1"], _api.Taken);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    public async Task One_that_is_gone_already_is_as_good_as_moved(int code)
    {
        _api.EvictionFails = new KubernetesException(new V1Status { Code = code });

        Assert.Empty(await MoveAsync(PodMoveMode.Evict));
    }

    [Theory]
    [InlineData(429, "Cannot evict pod as it would violate the pod's disruption budget.", "The disruption budget api needs 2 healthy pods and has 2 currently",
        "PodDisruptionBudget default/api", "PodDisruptionBudget default/api forbids it (The disruption budget api needs 2 healthy pods and has 2 currently); it is tried again")]
    [InlineData(500, "Internal error occurred: failed calling webhook \"guard.example.com\": failed to call webhook: Post \"https://guard.x.svc:443/\": dial tcp 10.96.3.4:443: connect: connection refused", null,
        "webhook guard.example.com", "admission webhook guard.example.com can't be asked")]
    [InlineData(400, "admission webhook \"guard.example.com\" denied the request: not on Fridays.", null,
        "webhook guard.example.com", "admission webhook guard.example.com refuses it")]
    [InlineData(500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", null,
        "PodDisruptionBudgets", "more than one PodDisruptionBudget selects it")]
    [InlineData(403, "pods \"web-1\" is forbidden: User \"x\" cannot create resource \"pods/eviction\"", null, "API server", "not allowed")]
    [InlineData(429, "Too many requests, please try again later.", null, "API server", "Too many requests, please try again later; it is tried again")]
    public async Task A_refusal_names_who_refuses_and_what_to_do(int code, string message, string? budget, string by, string text)
    {
        _api.EvictionFails = new KubernetesException(new V1Status
        {
            Code = code,
            Message = message,
            Details = budget is null ? null : new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = budget }) },
        });

        var refusal = Assert.Single(await MoveAsync(PodMoveMode.Evict));

        Assert.Equal(("Deployment default/web", "default/web-1", by), (refusal.Owner, refusal.Pod, refusal.By));
        Assert.StartsWith(text, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_is_no_refusal()
    {
        _api.EvictionFails = new KubernetesException(new V1Status { Code = 0, Message = "127.0.0.1:6443 cannot be reached" });

        await Assert.ThrowsAsync<KubernetesException>(() => MoveAsync(PodMoveMode.Evict));
    }

    private Task<IReadOnlyList<RefusedPod>> MoveAsync(PodMoveMode mode) =>
        new PodMover(_api, new ManualTimeProvider(), NullLogger<PodMover>.Instance).MoveAsync([Given.Pod("Deployment/web-1 old")], mode, TestContext.Current.CancellationToken);
}
