using System.Globalization;
using System.Text.RegularExpressions;

namespace NetProfile.Cilium.Agents;

/// <summary>All that was heard of one agent. What couldn't be had is null.</summary>
public sealed record AgentObservation
{
    public required string Node { get; init; }

    public AgentStatus? Status { get; init; }

    public IReadOnlyList<EndpointState>? Endpoints { get; init; }

    public HealthReport? Health { get; init; }

    /// <summary>See <see cref="AgentText.DegradedModules"/>.</summary>
    public IReadOnlyList<string>? DegradedModules { get; init; }

    /// <summary>How long the agent's container has been running; null: unknown.</summary>
    public TimeSpan? Running { get; init; }

    /// <summary>false where the configuration switches health checking off, so that its daemon is missed by nobody.</summary>
    public bool HasHealthDaemon { get; init; } = true;

    /// <summary>Why nothing was heard.</summary>
    public string? Unreachable { get; init; }
}

/// <summary>
/// Whether one agent does its work, which its readiness doesn't say: with another overlay on its port an agent is Ready, its health
/// endpoint says 200 and its status "Ok", and no packet passes.
/// </summary>
public sealed partial record AgentVerdict
{
    public required string Node { get; init; }

    public IReadOnlyList<string> Errors { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Those of the errors and warnings that say no more than that its datapath isn't up.</summary>
    public IReadOnlyList<string> DatapathDown { get; init; } = [];

    /// <summary>Names of nodes that it should reach and doesn't.</summary>
    public IReadOnlyList<string> UnreachedPeers { get; init; } = [];

    /// <summary>Wanted features that it reports otherwise, with what it reports.</summary>
    public IReadOnlyList<CiliumFeature> Deviations { get; init; } = [];

    public bool Healthy => Errors.Count == 0 && Warnings.Count == 0 && Deviations.Count == 0;

    /// <summary>An agent that has just started hasn't its health daemon yet.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(60);

    private static readonly string[] ForeignDevices = ["flannel", "cni0", "vxlan.calico", "cali", "tunl0", "weave", "kube-ipvs0", "kube-bridge", "antrea", "ovn"];

    /// <summary>What the kernel says when another device has the overlay's UDP port.</summary>
    internal const string AddressInUse = "address already in use";

    private static readonly string[] JudgedSubsystems = ["hubble", "kubernetes", "kvstore", "auth-certificate-provider"];

    public static AgentVerdict Of(AgentObservation seen, IReadOnlyList<CiliumFeature> wanted)
    {
        if (seen.Status is not { } status)
        {
            return new AgentVerdict { Node = seen.Node, Errors = [$"the agent couldn't be asked: {seen.Unreachable ?? "its answer is no status"}"] };
        }

        var errors = new List<string>();
        var warnings = new List<string>();
        Subsystems(status, errors, warnings);
        var down = Datapath(seen, status, errors, warnings);
        var unreached = Peers(seen, errors);
        var reported = CiliumFeatures.Reported(status);
        return new AgentVerdict
        {
            Node = seen.Node,
            Errors = errors,
            Warnings = warnings,
            DatapathDown = down,
            UnreachedPeers = unreached,
            Deviations = [.. reported.Where(said => wanted.Any(w => w.Name == said.Name && w.Value != said.Value))],
        };
    }

    /// <summary>The rules of cilium-cli's status collector.</summary>
    private static void Subsystems(AgentStatus status, List<string> errors, List<string> warnings)
    {
        var states = new List<(string Name, SubsystemState? State)> { ("cilium", status.Agent), ("cilium-health", status.ClusterHealth) };
        states.AddRange(JudgedSubsystems.Select(n => (n, status.Subsystems.GetValueOrDefault(n))));
        foreach (var (name, state) in states)
        {
            switch (state?.State)
            {
                case "Failure":
                    errors.Add($"{name}: {Reason(state)}");
                    break;
                case "Warning" when name != "cilium" || status.StaleProbes.Count == 0:
                    warnings.Add($"{name}: {Reason(state)}");
                    break;
                default:
                    break;
            }
        }

        // How often is left out: it differs from agent to agent and from look to look, and equal troubles are to be equal texts.
        errors.AddRange(status.FailingControllers.Select(c => $"controller {c.Name} fails again and again: {c.Message}"));
        if (status.StaleProbes.Count > 0)
        {
            warnings.Add($"its status is stale: {(status.StaleProbes.Count == 1 ? $"probe {status.StaleProbes[0]} hangs" : $"probes {string.Join(", ", status.StaleProbes)} hang")}");
        }
    }

    /// <summary>An agent's own message begins with its version: "1.19.6 (v1.19.6-0123abcd)    Not all probes executed at least once".</summary>
    private static string Reason(SubsystemState state) => Version().Replace(state.Message, "") is { Length: > 0 } reason ? reason : $"is in state {state.State}";

    /// <summary>What the status itself doesn't call an error.</summary>
    private static List<string> Datapath(AgentObservation seen, AgentStatus status, List<string> errors, List<string> warnings)
    {
        var down = new List<string>();
        var isYoung = seen.Running is { } running && running < StartGrace;
        if (seen.DegradedModules is { Count: > 0 } degraded)
        {
            errors.Add($"degraded: {string.Join("; ", degraded.Take(3))}");
            if (degraded.All(m => m.Contains(AddressInUse, StringComparison.Ordinal)))
            {
                down.Add(errors[^1]);
            }
        }

        var notReady = seen.Endpoints?.Where(e => !e.Ready).ToList() ?? [];
        var own = notReady.Where(e => e.IsHost || e.IsHealth).ToList();
        if (seen.HasHealthDaemon && status.Agent is not null && status.ClusterHealth is null)
        {
            down.Add(isYoung
                ? "the agent's health daemon isn't running yet"
                : "the agent's health daemon isn't running: its datapath isn't up although it says it is well; look for another overlay on its UDP port");
            (isYoung ? warnings : errors).Add(down[^1]);
        }

        if (own.Count > 0)
        {
            down.Add($"the agent's own endpoints are {string.Join(", ", own.Select(e => e.State).Distinct(StringComparer.Ordinal))}");
            (isYoung ? warnings : errors).Add(down[^1]);
        }

        if (notReady.Count > own.Count)
        {
            warnings.Add(notReady.Count - own.Count == 1 ? "1 endpoint isn't ready" : string.Create(CultureInfo.InvariantCulture, $"{notReady.Count - own.Count} endpoints aren't ready"));
        }

        var foreign = status.Devices.Where(d => ForeignDevices.Any(f => d.StartsWith(f, StringComparison.Ordinal))).ToList();
        if (foreign.Count > 0)
        {
            warnings.Add($"the agent uses {string.Join(", ", foreign)} as its own device: left over from another network, to be removed");
        }

        return down;
    }

    private static List<string> Peers(AgentObservation seen, List<string> errors)
    {
        var unreached = seen.Health?.Peers
            .Where(p => p.Node != seen.Health.Local && (p.HostReached == false || p.EndpointReached == false))
            .ToList() ?? [];
        if (unreached.Count > 0)
        {
            var pods = unreached.All(p => p.HostReached == true);
            errors.Add(string.Create(CultureInfo.InvariantCulture,
                $"{unreached.Count} of {seen.Health!.Peers.Count(p => p.Node != seen.Health.Local)} peers aren't reached{(pods ? " by their pod address, although by their node address" : "")} (first: {unreached[0].Node}, {unreached[0].Error})"));
        }

        return [.. unreached.Select(p => p.Node)];
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+\S*( \([^)]*\))?\s*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Version();
}
