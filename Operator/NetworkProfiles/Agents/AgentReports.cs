using NetProfile.Cilium.Agents;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>All that is known of the agents by their own word at one moment.</summary>
public sealed record AgentReports
{
    public static readonly AgentReports None = new() { Agents = [] };

    /// <summary>One for each agent whose container runs, by the names of their nodes.</summary>
    public required IReadOnlyList<AgentReport> Agents { get; init; }

    /// <summary>By node: the line that its agent died with, of some of those that die again and again.</summary>
    public IReadOnlyDictionary<string, string> LastWords { get; init; } = new Dictionary<string, string>();

    /// <summary>This process hasn't heard all agents yet; the one before it may have.</summary>
    public bool IsFirstPass { get; init; }

    /// <summary>When some agent is to be asked next.</summary>
    public TimeSpan? LookAgainAfter { get; init; }

    public int Asked => Agents.Count(a => a.Answer is not null);
}

/// <summary>One agent.</summary>
public sealed record AgentReport
{
    public required string Node { get; init; }

    public required string Pod { get; init; }

    public required bool Ready { get; init; }

    public required DateTimeOffset RunningSince { get; init; }

    /// <summary>When it has read its configuration at the latest.</summary>
    public required DateTimeOffset? ConfiguredAt { get; init; }

    /// <summary>Of the settings that helm had rendered when its pod was made; null when that isn't known.</summary>
    public string? ConfigChecksum { get; init; }

    /// <summary>It is one of those whose way to their peers is measured: in a large cluster only some are.</summary>
    public required bool MeasuresPeers { get; init; }

    /// <summary>null: this container hasn't been asked yet.</summary>
    public AgentAnswer? Answer { get; init; }
}

/// <summary>What an agent said, without the parts of it that nobody needs: thousands of these are kept.</summary>
public sealed record AgentAnswer
{
    public required DateTimeOffset AskedAt { get; init; }

    public required AgentObservation Seen { get; init; }

    /// <summary>When the way to its peers was measured; null when that couldn't be had.</summary>
    public DateTimeOffset? PeersAskedAt { get; init; }

    /// <summary>The container that answered.</summary>
    public required int Restarts { get; init; }

    public required bool Ready { get; init; }

    /// <summary>Of the cilium-config that there was then.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>When more than its status was asked for.</summary>
    public DateTimeOffset EverythingAt { get; init; }

    /// <summary>It was its turn; false where something was new or amiss.</summary>
    public bool Regular { get; init; }

    /// <summary>How often in a row something was amiss or missing.</summary>
    public int Tries { get; init; }

    /// <summary>Nothing was amiss, as far as one agent can tell.</summary>
    public bool Well => AgentVerdict.Of(Seen, []).Healthy;
}
