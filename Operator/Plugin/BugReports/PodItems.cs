using NetProfile.Commands;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Plugin.BugReports;

/// <summary>What pods say: agents by their own status, everybody by their logs.</summary>
internal static class PodItems
{
    private static readonly TimeSpan s_execLimit = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<ReportItem>> AllAsync(IKubernetesClient client, ReportOptions options, CancellationToken cancellationToken)
    {
        var agents = await PodsAsync(client, options.Namespace, "k8s-app=cilium", cancellationToken);
        var ciliumOperators = await PodsAsync(client, options.Namespace, "name=cilium-operator", cancellationToken);
        var ours = await PodsAsync(client, null, "app.kubernetes.io/name=netprofile-operator", cancellationToken);
        var chosen = Chosen(agents, options).ToList();
        var nodes = chosen.Select(pod => pod.Spec?.NodeName).ToHashSet();
        return
        [
            .. chosen.SelectMany(pod => AgentStatus(client, pod)),
            .. ours.Where(pod => !IsOfDaemonSet(pod) || nodes.Contains(pod.Spec?.NodeName)).SelectMany(pod => Logs(client, pod, options)),
            .. ciliumOperators.Concat(chosen).SelectMany(pod => Logs(client, pod, options)),
        ];
    }

    /// <summary>Those in trouble first, then by name, so that a report is of the same nodes the next time.</summary>
    internal static IEnumerable<V1Pod> Chosen(IEnumerable<V1Pod> agents, ReportOptions options) => agents
        .OrderBy(pod => IsReady(pod) ? 1 : 0)
        .ThenBy(pod => options.NotableNodes.Contains(pod.Spec?.NodeName ?? "") ? 0 : 1)
        .ThenByDescending(pod => pod.Status?.ContainerStatuses?.Sum(c => c.RestartCount ?? 0) ?? 0)
        .ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
        .Take(options.MaxAgents);

    /// <summary>A node agent; the operator is of a Deployment.</summary>
    private static bool IsOfDaemonSet(V1Pod pod) => pod.Metadata.OwnerReferences?.Any(owner => owner.Kind == "DaemonSet") == true;

    private static bool IsReady(V1Pod pod) => pod.Status?.ContainerStatuses is { Count: > 0 } statuses && statuses.All(c => c.Ready == true);

    private static async Task<IReadOnlyList<V1Pod>> PodsAsync(IKubernetesClient client, string? inNamespace, string selector, CancellationToken cancellationToken) =>
        (await client.ListAllAsync<V1Pod>(new ListOptions { Namespace = inNamespace, LabelSelector = selector }, cancellationToken)).Items;

    private static IEnumerable<ReportItem> AgentStatus(IKubernetesClient client, V1Pod pod)
    {
        if (pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == "cilium-agent")?.State?.Running is null)
        {
            yield break;
        }

        yield return Exec("status.json", "status", "-o", "json");
        yield return Exec("status.txt", "status", "--verbose");
        yield return Exec("endpoints.txt", "endpoint", "list");

        ReportItem Exec(string file, params string[] arguments) => new($"agents/{pod.Spec?.NodeName}/{file}", async cancellationToken =>
        {
            var name = new NamespacedName(pod.Metadata.Namespace, pod.Metadata.Name!);

            // The tool was called cilium before 1.15.
            var result = await TryExecAsync(client, name, ["cilium-dbg", .. arguments], cancellationToken);
            result = result.ExitCode == 0 ? result : await TryExecAsync(client, name, ["cilium", .. arguments], cancellationToken) is { ExitCode: 0 } older ? older : result;
            return result.ExitCode == 0
                ? Redaction.OfText(result.StandardOutput)
                : throw new CommandException(FormattableString.Invariant($"exit code {result.ExitCode}: {Redaction.OfText(result.StandardError.Trim())}"));
        });
    }

    /// <summary>A missing program is an exit code with one runtime and a refusal of the API server with another.</summary>
    private static async Task<ExecResult> TryExecAsync(IKubernetesClient client, NamespacedName pod, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ExecAsync(pod, new ExecOptions { Container = "cilium-agent", Command = command, Timeout = s_execLimit }, cancellationToken);
        }
        catch (KubernetesException e)
        {
            return new ExecResult(127, "", e.Message);
        }
    }

    private static IEnumerable<ReportItem> Logs(IKubernetesClient client, V1Pod pod, ReportOptions options)
    {
        foreach (var container in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            if (container.State?.Waiting is null || container.RestartCount > 0)
            {
                yield return Log(container.Name!, previous: false);
            }

            if (container.RestartCount > 0)
            {
                yield return Log(container.Name!, previous: true);
            }
        }

        ReportItem Log(string container, bool previous) => new($"logs/{pod.Metadata.Name}/{container}{(previous ? ".previous" : "")}.log", async cancellationToken =>
            Redaction.OfText(await client.GetPodLogAsync(
                new NamespacedName(pod.Metadata.Namespace, pod.Metadata.Name!),
                new PodLogOptions { Container = container, Previous = previous, TailLines = options.LogLines },
                cancellationToken)));
    }
}
