using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>
/// Takes pods away so that their owners make them again. Never another one of the same name, never against a budget: what the API
/// refuses is a value and left for later. A pod that is gone already is as good as moved.
/// </summary>
internal sealed partial class PodMover(IKubernetesClient client, TimeProvider clock, ILogger<PodMover> log)
{
    private const int AtOnce = 8;

    private const int LongestMessage = 512;

    /// <returns>Those that the API did not let go.</returns>
    public async Task<IReadOnlyList<RefusedPod>> MoveAsync(IReadOnlyList<WorkloadPod> pods, PodMoveMode mode, CancellationToken cancellationToken)
    {
        var refused = new ConcurrentBag<RefusedPod>();
        await Parallel.ForEachAsync(pods, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (pod, token) =>
        {
            if (await MoveAsync(pod, mode, token) is { } refusal)
            {
                refused.Add(refusal);
            }
        });
        return [.. refused.OrderBy(r => r.Pod, StringComparer.Ordinal)];
    }

    private async Task<RefusedPod?> MoveAsync(WorkloadPod pod, PodMoveMode mode, CancellationToken cancellationToken)
    {
        var name = new NamespacedName(pod.Namespace, pod.Name);
        var options = new DeleteOptions { PreconditionUid = pod.Uid };
        try
        {
            await (mode == PodMoveMode.Evict ? client.EvictAsync(name, options, cancellationToken) : client.DeleteAsync<V1Pod>(name, options, cancellationToken));
            log.Moved(pod.FullName, pod.Owner?.ToString() ?? "nothing", mode);
            return null;
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone, or another pod by that name: in both cases this one is no longer there.
            return null;
        }
        catch (KubernetesException e) when (e.Status.Code != 0)
        {
            var (by, message) = Refusal(pod, e);
            log.Refused(pod.FullName, message);
            return new RefusedPod { Owner = pod.Owner?.ToString(), Pod = pod.FullName, By = by, Message = message, At = clock.GetUtcNow() };
        }
    }

    /// <summary>Who stands in the way, and what to do.</summary>
    internal static (string By, string Message) Refusal(WorkloadPod pod, KubernetesException e)
    {
        var budget = e.Status.Details?["causes"]?.AsArray().FirstOrDefault(c => (string?)c?["reason"] == "DisruptionBudget");
        if (e.IsTooManyRequests && budget is not null)
        {
            var says = (string?)budget["message"] ?? "";
            var name = Budget().Match(says) is { Success: true } match ? $"{pod.Namespace}/{match.Groups["name"].Value}" : $"in namespace {pod.Namespace}";
            return ($"PodDisruptionBudget {name}", $"PodDisruptionBudget {name} forbids it ({Short(says)}); it is tried again: make more of its pods ready, or let the budget allow one to be away");
        }

        if (Webhook().Match(e.Message) is { Success: true } webhook)
        {
            var name = webhook.Groups["name"].Value;
            return ($"webhook {name}", webhook.Groups["failed"].Success
                ? $"admission webhook {name} can't be asked ({Short(e.Message)}); it is tried again: bring the webhook's backend back, or delete its configuration if it is of no more use"
                : $"admission webhook {name} refuses it ({Short(e.Message)}); it is tried again: have the webhook allow it, or delete the pod yourself");
        }

        return e switch
        {
            { IsForbidden: true } => ("API server", $"not allowed ({Short(e.Message)}); give the operator's ServiceAccount the right to create pods/eviction and delete pods"),
            _ when e.Message.Contains("more than one PodDisruptionBudget", StringComparison.Ordinal) =>
                ("PodDisruptionBudgets", $"more than one PodDisruptionBudget selects it, which the API can't evict: leave one of those in namespace {pod.Namespace}"),
            _ => ("API server", $"{Short(e.Message)}; it is tried again"),
        };
    }

    private static string Short(string text) => text.Length <= LongestMessage ? text.TrimEnd('.') : string.Concat(text.AsSpan(0, LongestMessage - 1), "…");

    [GeneratedRegex("^The disruption budget (?<name>[a-z0-9.-]+) ")]
    private static partial Regex Budget();

    [GeneratedRegex("""(?<failed>failed calling webhook )?(?:admission webhook )?"(?<name>[^"]+)"(?:: | denied the request)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Webhook();
}

internal static partial class PodMoverLog
{
    [LoggerMessage(3401, LogLevel.Information, "pod {Pod} of {Owner} leaves the old network: {Mode}")]
    public static partial void Moved(this ILogger log, string pod, string owner, PodMoveMode mode);

    [LoggerMessage(3402, LogLevel.Information, "pod {Pod} stays for now: {Message}")]
    public static partial void Refused(this ILogger log, string pod, string message);
}
