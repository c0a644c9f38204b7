using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Tables;

internal static class PodColumns
{
    public static readonly IReadOnlyList<TableColumn> All =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Ready", pod => $"{Statuses(pod).Count(status => status.Bool("ready") == true)}/{pod.Arr("spec", "containers")?.Count ?? 0}"),
        TableColumn.Text("Status", Status),
        new("Restarts", "string", (pod, now) => JsonValue.Create(Restarts(pod, now))),
        TableColumn.Age,
        TableColumn.Text("IP", pod => pod.Str("status", "podIP"), wide: true),
        TableColumn.Text("Node", pod => pod.Str("spec", "nodeName"), wide: true),
        TableColumn.Text("Nominated Node", pod => pod.Str("status", "nominatedNodeName"), wide: true),
        TableColumn.Text("Readiness Gates", _ => null, wide: true),
    ];

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) => pod.Arr("status", "containerStatuses").Objects();

    private static string Restarts(JsonObject pod, DateTimeOffset now)
    {
        var count = Statuses(pod).Sum(status => status.Long("restartCount") ?? 0);
        var last = Statuses(pod).Select(status => status.Str("lastState", "terminated", "finishedAt")).OfType<string>().Max(StringComparer.Ordinal);
        return count > 0 && last is not null ? $"{count} ({TableColumn.AgeOf(last, now)} ago)" : $"{count}";
    }

    private static string Status(JsonObject pod)
    {
        var reason = pod.Str("status", "reason") ?? pod.Str("status", "phase") ?? "";
        var initializing = false;
        var inits = pod.Arr("status", "initContainerStatuses").Objects().ToList();
        for (var index = 0; index < inits.Count; index++)
        {
            var state = inits[index].Obj("state");
            if (state.Long("terminated", "exitCode") == 0 || inits[index].Bool("started") == true)
            {
                continue;
            }

            initializing = true;
            reason = state.Obj("terminated") is { } ended ? $"Init:{ended.Str("reason") ?? $"ExitCode:{ended.Long("exitCode")}"}"
                : state.Str("waiting", "reason") is { Length: > 0 } waiting and not "PodInitializing" ? $"Init:{waiting}"
                : $"Init:{index}/{pod.Arr("spec", "initContainers")?.Count ?? inits.Count}";
            break;
        }

        if (!initializing)
        {
            reason = FromContainers(pod, reason);
        }

        return pod.IsDeleting() && pod.Str("status", "phase") is not ("Failed" or "Succeeded") ? "Terminating" : reason;
    }

    private static string FromContainers(JsonObject pod, string reason)
    {
        var running = false;
        foreach (var status in Statuses(pod).Reverse())
        {
            var state = status.Obj("state");
            if (state.Str("waiting", "reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (state.Obj("terminated") is { } ended)
            {
                reason = ended.Str("reason") ?? $"ExitCode:{ended.Long("exitCode")}";
            }
            else if (status.Bool("ready") == true)
            {
                running = true;
            }
        }

        return reason == "Completed" && running ? "Running" : reason;
    }
}
