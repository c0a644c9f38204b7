using NetProfile.Cilium.Agents;
using NetProfile.Cilium.Health;
using NetProfile.Kubernetes.Client;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>Asks one agent by exec in its container. Nothing that an agent or the way to it does makes it throw, other than a cancellation.</summary>
internal sealed class AgentInterview(IKubernetesClient client)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    /// <summary>cilium-health tries every peer before it answers.</summary>
    private static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(30);

    /// <param name="pod">The agent's.</param>
    /// <param name="question">How much is asked.</param>
    /// <param name="peers">Whether the way to its peers is asked for; never where health checking is off.</param>
    /// <param name="hasHealthDaemon">Whether the configuration has health checking on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<AgentObservation> AskAsync(AgentPod pod, AgentQuestion question, bool peers, bool hasHealthDaemon, CancellationToken cancellationToken)
    {
        var seen = new AgentObservation { Node = pod.Node, HasHealthDaemon = hasHealthDaemon };
        var (tool, answer) = ("cilium-dbg", await ExecAsync(pod, ["cilium-dbg", "status", "-o", "json"], s_limit, cancellationToken));
        if (answer.IsMissing)
        {
            // Its name up to 1.14.
            (tool, answer) = ("cilium", await ExecAsync(pod, ["cilium", "status", "-o", "json"], s_limit, cancellationToken));
        }

        if (AgentStatus.Parse(answer.Output) is not { } status)
        {
            return seen with { Unreachable = answer.Error };
        }

        seen = seen with
        {
            Status = status,
            Health = peers ? HealthReport.Parse((await ExecAsync(pod, ["cilium-health", "status", "-o", "json", "--probe"], s_probeLimit, cancellationToken)).Output) : null,
        };
        if (question == AgentQuestion.Status && AgentVerdict.Of(seen, []).Healthy)
        {
            return seen;
        }

        // Of those that are ready nothing needs to be known, and there may be hundreds.
        var endpoints = EndpointState.ParseList((await ExecAsync(pod, [tool, "endpoint", "list", "-o", "json"], s_limit, cancellationToken)).Output);
        return seen with
        {
            Endpoints = endpoints is null ? null : [.. endpoints.Where(e => !e.Ready)],
            DegradedModules = await ModulesAsync(pod, tool, cancellationToken),
        };
    }

    /// <summary>The line that an agent died with; null when its previous log can't be had or has none.</summary>
    public async Task<string?> LastWordsAsync(AgentPod pod, CancellationToken cancellationToken)
    {
        try
        {
            return AgentText.FatalLine(await client.GetPodLogAsync(
                pod.Name, new PodLogOptions { Container = ComponentNames.AgentContainer, Previous = true, TailLines = 50 }, cancellationToken));
        }
        catch (KubernetesException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<string>?> ModulesAsync(AgentPod pod, string tool, CancellationToken cancellationToken)
    {
        var table = await ExecAsync(pod, [tool, "statedb", "health"], s_limit, cancellationToken);
        return AgentText.DegradedInHealthTable(table.Output)
            ?? AgentText.DegradedModules((await ExecAsync(pod, [tool, "status", "--verbose"], s_limit, cancellationToken)).Output);
    }

    private async Task<Answer> ExecAsync(AgentPod pod, IReadOnlyList<string> command, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            var result = await client.ExecAsync(pod.Name, new ExecOptions { Container = ComponentNames.AgentContainer, Command = command, Timeout = limit }, cancellationToken);
            return new Answer(result.StandardOutput, LastLine(result.StandardError) ?? $"{command[0]} ended with {result.ExitCode}", result.ExitCode is 126 or 127);
        }
        catch (KubernetesException e)
        {
            // A program that isn't there fails the exec itself, in words of the container runtime.
            // Equal troubles are to be equal texts, and which pod it is shows by its node.
            return new Answer("", e.Message.Replace($" in {pod.Name}", "", StringComparison.Ordinal), e.Message.Contains("executable file not found", StringComparison.Ordinal) || e.Message.Contains("no such file", StringComparison.Ordinal));
        }
    }

    private static string? LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();

    private sealed record Answer(string Output, string Error, bool IsMissing);
}
