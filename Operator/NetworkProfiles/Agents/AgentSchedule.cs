using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>How much an agent is asked.</summary>
internal enum AgentQuestion
{
    /// <summary>Its status, and its peers where they are measured. A status that isn't well makes it everything.</summary>
    Status,

    /// <summary>Status, endpoints, modules, and its peers where they are measured.</summary>
    Everything,
}

/// <summary>When an agent is asked again, and how much.</summary>
/// <param name="Regular">It comes by the round alone.</param>
internal sealed record AgentTurn(DateTimeOffset At, AgentQuestion Question, bool Regular = false);

/// <summary>
/// Whose turn it is. New containers, another cilium-config and trouble come at once; the others in a round that is the longer the more
/// agents there are, so that a steady cluster costs about half a request a second however large it is. Who was asked out of turn gets a
/// place of its own in the round, because all of them were asked together when the program began. Pure.
/// </summary>
internal sealed record AgentSchedule
{
    /// <summary>Up to here every agent is asked everything, and measures its peers.</summary>
    public const int SmallCluster = 50;

    /// <summary>How many agents measure their peers in larger clusters. Each of them tries all nodes.</summary>
    public const int Sample = 16;

    /// <summary>Of the round through all agents; those that measure their peers come on top of it.</summary>
    private const double SteadyRequestsPerSecond = 0.3;

    /// <summary>Status, endpoints, modules, peers.</summary>
    private const int RequestsForEverything = 4;

    private const double TroubledRequestsPerSecond = 4;

    private static readonly TimeSpan s_shortestRound = TimeSpan.FromMinutes(5);

    /// <summary>In a large cluster modules and endpoints are asked for where peers are measured, and there no more often than this.</summary>
    private static readonly TimeSpan s_everything = TimeSpan.FromMinutes(10);

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

        var turn = new AgentTurn(answer.AskedAt + (Round(measuresPeers) * (answer.Regular ? 1 : Fraction(pod.Uid))), AgentQuestion.Status, Regular: true);
        turn = Agents <= SmallCluster || (measuresPeers && turn.At >= answer.EverythingAt + s_everything) ? turn with { Question = AgentQuestion.Everything } : turn;
        var retry = answer.AskedAt + Retry(answer.Tries);
        if (!answer.Well)
        {
            turn = Sooner(turn, Later(retry, answer.AskedAt + TimeSpan.FromSeconds(Unwell * RequestsForEverything / TroubledRequestsPerSecond)));
        }

        return measuresPeers && (PeersMissing || answer.PeersAskedAt is null || answer.PeersAskedAt <= NewestStart)
            ? Sooner(turn, Later(retry, answer.AskedAt + TimeSpan.FromSeconds(Math.Min(Agents, SmallCluster) / 10)))
            : turn;
    }

    /// <summary>How old the word of an agent becomes that nothing happens to.</summary>
    public TimeSpan Round(bool measuresPeers) => measuresPeers && Agents > SmallCluster
        ? s_shortestRound
        : Longest(s_shortestRound, TimeSpan.FromSeconds(Agents * (Agents <= SmallCluster ? RequestsForEverything : 1) / SteadyRequestsPerSecond));

    /// <summary>A number from 0 to 1 that stays with its key, so that turns are spread and a sample stays the same one.</summary>
    public static double Fraction(string key) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) / (double)uint.MaxValue;

    private static TimeSpan Retry(int tries) => TimeSpan.FromSeconds(Math.Min(1 << Math.Min(tries, 10), s_longestRetry.TotalSeconds));

    private static AgentTurn Sooner(AgentTurn turn, DateTimeOffset at) => turn.At < at ? turn with { Question = AgentQuestion.Everything } : new(at, AgentQuestion.Everything);

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static TimeSpan Longest(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
