using System.Globalization;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Cilium.Health;

/// <summary>What one pod says about itself. Texts carry no pod names or counts, so that equal troubles are equal texts.</summary>
internal sealed record PodTrouble(FindingSeverity Severity, string Text, bool IsCause, bool CrashLoop);

/// <summary>Reads container statuses as a person would: crash loops, images, memory, probes, scheduling; init containers first, since the rest waits for them.</summary>
internal static class PodDiagnosis
{
    /// <summary>Left-overs that say nothing of the workload: their node or scheduler sent them away.</summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "TaintToleration", "NodeAffinity", "NodeLost", "Evicted", "Shutdown", "Terminated", "NodeShutdown", "Preempting", "UnexpectedAdmissionError",
    };

    /// <summary>An init container that runs longer than this waits for something.</summary>
    private static readonly TimeSpan InitPatience = TimeSpan.FromMinutes(1);

    /// <summary>The cause in one line; null when the pod has none to tell.</summary>
    public static string? CauseOf(V1Pod pod, DateTimeOffset now) => Of(pod, now).OrderByDescending(t => t.IsCause).FirstOrDefault()?.Text;

    public static bool IsLeftOver(V1Pod pod) =>
        pod.Status?.Phase == "Succeeded" || (pod.Status?.Phase == "Failed" && Ignored.Contains(pod.Status.Reason ?? ""));

    public static IEnumerable<PodTrouble> Of(V1Pod pod, DateTimeOffset now)
    {
        if (pod.Metadata.DeletionTimestamp is not null || IsLeftOver(pod))
        {
            yield break;
        }

        var phase = pod.Status?.Phase;
        if (phase == "Failed")
        {
            var why = pod.Status?.Message ?? pod.Status?.Reason;
            yield return new PodTrouble(FindingSeverity.Error, string.IsNullOrEmpty(why) ? "pod has failed" : $"pod has failed: {LastLine(why)}", true, false);
            yield break;
        }

        if (phase == "Pending")
        {
            yield return new PodTrouble(FindingSeverity.Warning, "pod is pending", false, false);
        }

        if (pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Status: "False" }) is { } unscheduled)
        {
            yield return new PodTrouble(FindingSeverity.Error, $"can't be scheduled: {LastLine(unscheduled.Message ?? unscheduled.Reason ?? "no node fits")}", true, false);
            yield break;
        }

        foreach (var status in pod.Status?.InitContainerStatuses ?? [])
        {
            if (status.State?.Terminated is { ExitCode: 0 })
            {
                continue;
            }

            if (Of(status, "init container", now) is { } trouble)
            {
                yield return trouble;
            }

            yield break;
        }

        foreach (var status in pod.Status?.ContainerStatuses ?? [])
        {
            if (Of(status, "container", now) is { } trouble)
            {
                yield return trouble;
            }
        }
    }

    private static PodTrouble? Of(V1ContainerStatus status, string kind, DateTimeOffset now)
    {
        var name = $"{kind} {status.Name}";
        if (status.State?.Waiting is { } waiting)
        {
            return waiting.Reason switch
            {
                "CrashLoopBackOff" => Died(name, status.LastState?.Terminated, again: true),
                // A kubelet says the two in turns as it tries again and again; one trouble has one text, which is written once.
                "ImagePullBackOff" or "ErrImagePull" =>
                    new PodTrouble(FindingSeverity.Error, $"{name}: image {status.Image} can't be had (ImagePullBackOff)", true, false),
                "InvalidImageName" or "ErrImageNeverPull" or "RegistryUnavailable" or "ImageInspectError" =>
                    new PodTrouble(FindingSeverity.Error, $"{name}: image {status.Image} can't be had ({waiting.Reason})", true, false),
                "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" =>
                    new PodTrouble(FindingSeverity.Error, $"{name} can't be started ({waiting.Reason}): {LastLine(waiting.Message ?? "")}", true, false),
                _ => status.RestartCount > 0 && status.LastState?.Terminated is { ExitCode: not 0 } last ? Died(name, last, again: true) : null,
            };
        }

        if (status.State?.Terminated is { ExitCode: not 0 } dead)
        {
            return Died(name, dead, again: status.RestartCount > 0);
        }

        // A crashing container is "running" most of the time: what tells is how it ended before.
        if (status.Ready != true && status.State?.Running is { } running)
        {
            if (status.RestartCount > 0 && status.LastState?.Terminated is { ExitCode: not 0 } previous)
            {
                return Died(name, previous, again: true);
            }

            if (kind == "init container" && running.StartedAt is { } since && now - since > InitPatience)
            {
                var hint = status.Name == "config" ? "; it waits for the API server: check that the address agents are given is reachable from the node" : "";
                return new PodTrouble(FindingSeverity.Error, $"{name} doesn't finish{hint}", true, false);
            }
        }

        return null;
    }

    private static PodTrouble Died(string name, V1ContainerStateTerminated? end, bool again)
    {
        var code = end?.ExitCode;
        var how = end switch
        {
            { Reason: "OOMKilled" } => "killed for want of memory (OOMKilled)",
            { ExitCode: 137 } => "killed (exit code 137), most likely by its liveness probe",
            _ when code is not null => string.Create(CultureInfo.InvariantCulture, $"exit code {code}"),
            _ => "reason unknown",
        };
        var message = LastLine(end?.Message ?? "") is var last && IsChatter(last) ? "" : last;
        return new PodTrouble(FindingSeverity.Error, $"{name} {(again ? "crashes again and again" : "has ended")}: {how}{(message.Length > 0 ? ": " + message : "")}", true, again);
    }

    /// <summary>What an agent dies of comes after the part of its log that fits into the message, which is cut off anywhere: "time=2026-11-20T10:07:".</summary>
    private static bool IsChatter(string line) =>
        line.Contains("level=info", StringComparison.Ordinal) || line.Contains("level=debug", StringComparison.Ordinal)
        || (line.StartsWith("time=", StringComparison.Ordinal) && !line.Contains(" level=", StringComparison.Ordinal));

    /// <summary>Termination messages are log tails: the last line is the nearest to the cause.</summary>
    private static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return line.Length <= 300 ? line : line[..297] + "...";
    }
}
