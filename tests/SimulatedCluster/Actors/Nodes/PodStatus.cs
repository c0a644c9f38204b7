using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>A pod's status as a kubelet writes it.</summary>
internal static class PodStatus
{
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The whole status; conditions keep the time of their last change from <paramref name="old"/>.</summary>
    public static JsonObject Render(PodRun run, string hostIP, JsonObject? old, DateTimeOffset now)
    {
        var initialized = run.Stage is PodStage.Running or PodStage.Finished;
        var finished = run.Stage == PodStage.Finished;
        var succeeded = finished && run.Main.All(container => container.Outcome.ExitCode == 0);
        var ready = run.Stage == PodStage.Running && run.Main.All(container => container.Ready);
        var status = new JsonObject
        {
            ["phase"] = finished ? (succeeded ? "Succeeded" : "Failed") : initialized && run.Main.Any(container => container.StartedAt != default) ? "Running" : "Pending",
            ["hostIP"] = hostIP,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = hostIP }),
            ["startTime"] = Stamp(run.StartTime),
            ["qosClass"] = "BestEffort",
        };
        if (run.PodIP is { } ip)
        {
            status["podIP"] = ip;
            status["podIPs"] = new JsonArray([.. run.PodIPs.Select(JsonNode (address) => new JsonObject { ["ip"] = address })]);
        }

        var notReady = string.Join(' ', run.Main.Where(container => !container.Ready).Select(container => container.Name));
        var conditions = new Conditions(old, now);
        conditions.Set("PodReadyToStartContainers", run.PodIP is not null && !finished);
        conditions.Set("Initialized", initialized, "ContainersNotInitialized",
            $"containers with incomplete status: [{string.Join(' ', run.Init.Where(container => !container.Ready).Select(container => container.Name))}]", succeeded ? "PodCompleted" : null);
        conditions.Set("Ready", ready, succeeded ? "PodCompleted" : "ContainersNotReady", succeeded ? "" : $"containers with unready status: [{notReady}]");
        conditions.Set("ContainersReady", ready, succeeded ? "PodCompleted" : "ContainersNotReady", succeeded ? "" : $"containers with unready status: [{notReady}]");
        conditions.Set("PodScheduled", true);
        status["conditions"] = conditions.ToJson();
        if (run.Init.Count > 0)
        {
            status["initContainerStatuses"] = new JsonArray([.. run.Init.Select(JsonNode (container) => ContainerStatus(container, ready: container.Ready))]);
        }

        status["containerStatuses"] = new JsonArray([.. run.Main.Select(JsonNode (container) => ContainerStatus(container, container.Ready))]);
        return status;
    }

    private static JsonObject ContainerStatus(ContainerRun container, bool ready)
    {
        var status = new JsonObject
        {
            ["name"] = container.Name,
            ["image"] = container.Image,
            ["imageID"] = container.StartedAt == default ? "" : container.Image,
            ["ready"] = ready,
            ["restartCount"] = container.Restarts,
            ["started"] = container.Phase == ContainerPhase.Running && (ready || container.Outcome.ExitsAfter is not null),
            ["state"] = State(container),
            ["lastState"] = container.LastTermination is { } last ? new JsonObject { ["terminated"] = last.DeepClone() } : new JsonObject(),
        };
        if (container.Id.Length > 0)
        {
            status["containerID"] = container.Id;
        }

        return status;
    }

    private static JsonObject State(ContainerRun container)
    {
        switch (container.Phase)
        {
            case ContainerPhase.Running:
                return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Stamp(container.StartedAt) } };
            case ContainerPhase.Terminated:
                return new JsonObject { ["terminated"] = container.Termination() };
            default:
                var waiting = new JsonObject { ["reason"] = container.WaitingReason };
                if (container.WaitingMessage is { } message)
                {
                    waiting["message"] = message;
                }

                return new JsonObject { ["waiting"] = waiting };
        }
    }

    private sealed class Conditions(JsonObject? old, DateTimeOffset now)
    {
        private readonly JsonArray conditions = [];

        public void Set(string type, bool value, string reason = "", string message = "", string? reasonWhenTrue = null)
        {
            var text = value ? "True" : "False";
            var before = old.Arr("conditions").Objects().FirstOrDefault(condition => condition.Str("type") == type);
            var condition = new JsonObject
            {
                ["type"] = type,
                ["status"] = text,
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = before?.Str("status") == text ? before.Str("lastTransitionTime") : Stamp(now),
            };
            var why = value ? reasonWhenTrue ?? "" : reason;
            if (why.Length > 0)
            {
                condition["reason"] = why;
            }

            if (!value && message.Length > 0)
            {
                condition["message"] = message;
            }

            conditions.Add((JsonNode)condition);
        }

        public JsonArray ToJson() => conditions;
    }
}
