using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>How much an agent is asked.</summary>
internal enum AgentQuestion
{
    /// <summary>Its status only: one request.</summary>
    Status,

    /// <summary>Status, endpoints, modules, and its peers where they are measured.</summary>
    Everything,
}

/// <summary>When an agent is asked again, and how much.</summary>
internal sealed record AgentTurn(DateTimeOffset At, AgentQuestion Question);

/// <summary>
/// Whose turn it is. New containers, another cilium-config and trouble come at once; the others in a round that is the longer the more
/// agents there are, so that a steady cluster costs about half a request a second however large it is. Pure.
/// </summary>
internal sealed record AgentSchedule
{
    /// <summary>Up to here every agent is asked everything, and measures its peers.</summary>
    public const int SmallCluster = 50;

    /// <summary>How many agents measure their peers in larger clusters. Each of them tries all nodes.</summary>
    public const int Sample = 16;

    private const double SteadyRequestsPerSecond = 0.4;

    private const double TroubledRequestsPerSecond = 4;

    private static readonly TimeSpan s_round = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(60);

    public required DateTimeOffset Now { get; init; }

    public required int Agents { get; init; }

    /// <summary>How many of them were not well when they were asked last.</summary>
    public required int Unwell { get; init; }

    public required string ConfigDigest { get; init; }

    /// <summary>The start of the agent that started last: what was measured before that says nothing of it.</summary>
    public required DateTimeOffset NewestStart { get; init; }

    /// <summary>Some node was in no report on peers.</summary>
    public required bool PeersMissing { get; init; }

    public AgentTurn Of(AgentPod pod, AgentAnswer? answer, bool measuresPeers)
    {
        if (answer is null || answer.Restarts != pod.Restarts || answer.ConfigDigest != ConfigDigest || answer.Ready != pod.Ready)
        {
            return new AgentTurn(DateTimeOffset.MinValue, AgentQuestion.Everything);
        }

        var everything = Agents <= SmallCluster || measuresPeers;
        var cost = Agents <= SmallCluster ? 4 : 1;
        var spread = measuresPeers && Agents > SmallCluster ? s_round : Longest(s_round, TimeSpan.FromSeconds(Agents * cost / SteadyRequestsPerSecond));
        var turn = new AgentTurn(answer.AskedAt + (spread * (0.5 + Fraction(pod.Uid))), everything ? AgentQuestion.Everything : AgentQuestion.Status);
        var retry = answer.AskedAt + Retry(answer.Tries);
        if (!answer.Well)
        {
            turn = Sooner(turn, Later(retry, answer.AskedAt + TimeSpan.FromSeconds(Unwell * 4 / TroubledRequestsPerSecond)));
        }

        return measuresPeers && (PeersMissing || answer.PeersAskedAt is null || answer.PeersAskedAt <= NewestStart)
            ? Sooner(turn, Later(retry, answer.AskedAt + TimeSpan.FromSeconds(Math.Min(Agents, SmallCluster) / 10)))
            : turn;
    }

    /// <summary>A number from 0 to 1 that stays with its key, so that turns are spread and a sample stays the same one.</summary>
    public static double Fraction(string key) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) / (double)uint.MaxValue;

    private static TimeSpan Retry(int tries) => TimeSpan.FromSeconds(Math.Min(1 << Math.Min(tries, 10), s_longestRetry.TotalSeconds));

    private static AgentTurn Sooner(AgentTurn turn, DateTimeOffset at) => new(turn.At < at ? turn.At : at, AgentQuestion.Everything);

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static TimeSpan Longest(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
