using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetProfile.Cilium.Agents;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>
/// Knows what each agent said last, and asks those whose turn it is: a bounded number in one round, a few at a time. The caller comes
/// again after <see cref="AgentReports.LookAgainAfter"/>. What is remembered is a cache only: a new process asks everybody once.
/// </summary>
internal sealed class AgentInspector(AgentInterview interview, TimeProvider clock)
{
    private const int AgentsInARound = 64;

    private const int AtATime = 8;

    private const int MostLastWords = 5;

    /// <summary>After this long no further agent is asked in this round: a reconcile isn't held up by agents that hang.</summary>
    private static readonly TimeSpan s_roundLimit = TimeSpan.FromSeconds(10);

    /// <summary>When others wait for their first turn.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    /// <summary>Turns of steady agents are taken together: each look costs requests of its own.</summary>
    private static readonly TimeSpan s_steadyPause = TimeSpan.FromMinutes(2);

    /// <summary>The same for agents with troubles in a large cluster.</summary>
    private static readonly TimeSpan s_troubledPause = TimeSpan.FromSeconds(15);

    private bool _heardAll;

    private readonly ConcurrentDictionary<string, AgentAnswer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Uid, int Restarts), string> _lastWords = new();

    /// <param name="pods">Cilium's, of the release's namespace.</param>
    /// <param name="config">cilium-config; null when there is none.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task<AgentReports> InspectAsync(IEnumerable<V1Pod> pods, IReadOnlyDictionary<string, string>? config, CancellationToken cancellationToken)
    {
        var agents = pods.Select(AgentPod.Of).OfType<AgentPod>().OrderBy(p => p.Node, StringComparer.Ordinal).ToList();
        Forget(agents);
        await HearLastWordsAsync(agents, cancellationToken);
        var running = agents.Where(p => p.RunningSince is not null).ToList();
        var digest = DigestOf(config);
        var hasHealthDaemon = config?.GetValueOrDefault("enable-health-checking") != "false";
        var sample = hasHealthDaemon ? SampleOf(running) : [];

        var schedule = ScheduleOf(running, sample, digest);
        var turns = running.Where(p => p.Ready || p.RunningSince < schedule.Now - TimeSpan.FromSeconds(30))
            .Select(p => (Pod: p, Turn: schedule.Of(p, _answers.GetValueOrDefault(p.Uid), sample.Contains(p.Uid)))).OrderBy(t => t.Turn.At).ToList();
        var began = clock.GetTimestamp();
        await Parallel.ForEachAsync(
            turns.Where(t => t.Turn.At <= schedule.Now).Take(AgentsInARound),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (turn, stopping) =>
            {
                if (clock.GetElapsedTime(began) < s_roundLimit)
                {
                    await AskAsync(turn.Pod, turn.Turn, sample.Contains(turn.Pod.Uid), hasHealthDaemon, digest, stopping);
                }
            });

        IReadOnlyList<AgentReport> reports = [.. running.Select(p => ReportOf(p, sample.Contains(p.Uid)))];
        _heardAll |= reports.Count > 0 && reports.All(r => r.Answer is not null);
        return new AgentReports
        {
            Agents = reports,
            IsFirstPass = !_heardAll,
            LastWords = agents.Select(p => (p.Node, Line: _lastWords.GetValueOrDefault((p.Uid, p.Restarts), "")))
                .Where(w => w.Line.Length > 0).DistinctBy(w => w.Node).ToDictionary(w => w.Node, w => w.Line, StringComparer.Ordinal),
            LookAgainAfter = LookAgain(turns.Select(t => t.Pod), running, sample, digest),
        };
    }

    private async Task AskAsync(AgentPod pod, AgentTurn turn, bool peers, bool hasHealthDaemon, string digest, CancellationToken cancellationToken)
    {
        var before = _answers.GetValueOrDefault(pod.Uid);
        var seen = await interview.AskAsync(pod, turn.Question, peers, hasHealthDaemon, cancellationToken);
        var now = clock.GetUtcNow();
        var answer = new AgentAnswer
        {
            AskedAt = now,
            Seen = seen with { Running = now - pod.RunningSince },
            PeersAskedAt = seen.Health is null ? null : now,
            EverythingAt = turn.Question == AgentQuestion.Everything ? now : before?.EverythingAt ?? DateTimeOffset.MinValue,
            Regular = turn.Regular,
            Restarts = pod.Restarts,
            Ready = pod.Ready,
            ConfigDigest = digest,
        };
        var same = before?.Restarts == pod.Restarts;
        var complete = answer.Well && (!peers || seen.Health is { Peers.Count: > 0 });
        _answers[pod.Uid] = answer with { Tries = complete || !same ? 0 : before!.Tries + 1 };
    }

    private AgentReport ReportOf(AgentPod pod, bool measuresPeers) => new()
    {
        Node = pod.Node,
        Pod = pod.Name.Name,
        Ready = pod.Ready,
        RunningSince = pod.RunningSince!.Value,
        ConfiguredAt = pod.ConfiguredAt,
        ConfigChecksum = pod.ConfigChecksum,
        MeasuresPeers = measuresPeers,
        Answer = _answers.GetValueOrDefault(pod.Uid) is { } answer && answer.Restarts == pod.Restarts ? answer : null,
    };

    private AgentSchedule ScheduleOf(List<AgentPod> running, HashSet<string> sample, string digest)
    {
        var measured = sample.Select(uid => _answers.GetValueOrDefault(uid)?.Seen.Health).OfType<HealthReport>()
            .SelectMany(h => h.Peers).Select(p => NodeNames.WithoutCluster(p.Node)).ToHashSet(StringComparer.Ordinal);
        return new AgentSchedule
        {
            Now = clock.GetUtcNow(),
            Agents = running.Count,
            Unwell = running.Count(p => _answers.GetValueOrDefault(p.Uid) is { Well: false }),
            ConfigDigest = digest,
            NewestStart = running.Count == 0 ? DateTimeOffset.MinValue : running.Max(p => p.RunningSince!.Value),
            PeersMissing = running.Count > 1 && running.Any(p => !measured.Contains(p.Node)),
        };
    }

    private TimeSpan? LookAgain(IEnumerable<AgentPod> asked, List<AgentPod> running, HashSet<string> sample, string digest)
    {
        var schedule = ScheduleOf(running, sample, digest);
        var next = asked.Select(p => (DateTimeOffset?)schedule.Of(p, _answers.GetValueOrDefault(p.Uid), sample.Contains(p.Uid)).At).Min();
        if (next is null)
        {
            return null;
        }

        var pause = schedule switch
        {
            _ when next <= schedule.Now => s_soon,
            { Unwell: 0, PeersMissing: false } => s_steadyPause,
            { Agents: > AgentSchedule.SmallCluster } => s_troubledPause,
            _ => s_soon,
        };
        return next - schedule.Now is var left && left > pause ? left : pause;
    }

    private static HashSet<string> SampleOf(List<AgentPod> running) =>
    [
        .. (running.Count <= AgentSchedule.SmallCluster ? running : running.Where(p => p.Ready).OrderBy(p => AgentSchedule.Fraction(p.Uid)).Take(AgentSchedule.Sample)).Select(p => p.Uid),
    ];

    private async Task HearLastWordsAsync(List<AgentPod> agents, CancellationToken cancellationToken)
    {
        var dead = agents.Where(p => p.Died).ToList();
        foreach (var pod in dead.Take(MostLastWords).Where(p => !_lastWords.ContainsKey((p.Uid, p.Restarts))))
        {
            // A log without such a line is remembered too, as an empty one.
            _lastWords[(pod.Uid, pod.Restarts)] = await interview.LastWordsAsync(pod, cancellationToken) ?? "";
        }
    }

    /// <summary>Agents that are gone, and what former containers died with.</summary>
    private void Forget(List<AgentPod> agents)
    {
        var uids = agents.Select(p => p.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var uid in _answers.Keys.Where(uid => !uids.Contains(uid)))
        {
            _answers.TryRemove(uid, out _);
        }

        var deaths = agents.Where(p => p.Died).Select(p => (p.Uid, p.Restarts)).ToHashSet();
        foreach (var death in _lastWords.Keys.Where(d => !deaths.Contains(d)))
        {
            _lastWords.TryRemove(death, out _);
        }
    }

    private static string DigestOf(IReadOnlyDictionary<string, string>? config)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in (config ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{key}\0{value}\0");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
