using System.Net;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Probing;

/// <summary>
/// One round: every target, all at once, from the node and from two pods of each network that live here. A TCP connection is
/// tried, because it needs the way there and back and nothing installed at the other end: a refusal is an answer, too.
/// </summary>
public sealed class NodeProber(IHostProbes host, string node, TimeProvider clock)
{
    public const int MaxTargets = 64;
    public const int MaxFailures = 10;

    /// <summary>The kernel sends a first packet again after one second and after three: a single lost one is not yet a failure.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <param name="request">What to try.</param>
    /// <param name="before">The last round's result: what has not changed keeps its time.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task<ProbeStatus> RunAsync(ProbeRequest request, ProbeStatus? before, CancellationToken cancellationToken)
    {
        var targets = (request.Targets ?? []).Take(MaxTargets)
            .Select(target => (Target: target, Aim: IPAddress.TryParse(target.Address, out var address) && target.Port is > 0 and < 65536 ? new ProbeAim(address, target.Port.Value, target.Listens ?? false) : null))
            .ToList();
        var aims = targets.Where(target => target.Aim is not null).ToList();
        var pods = ProbeSampling.Choose(request.Networks ?? [], host.Pods());
        var failures = new List<ProbeFailure>();
        var tried = 0;
        var rounds = await Task.WhenAll(pods
            .Select(pod => (Name: pod.Source.Address!, pod.Namespace))
            .Prepend((node, null!))
            .Select(source => TryFromAsync(source.Item1, source.Item2, aims, cancellationToken)));
        foreach (var (name, answers) in rounds)
        {
            tried += answers.Count;
            failures.AddRange(aims.Zip(answers).Where(pair => pair.Second is not null)
                .Select(pair => new ProbeFailure { From = name, To = pair.First.Target.Name, Address = pair.First.Target.Address, Message = pair.Second }));
        }

        var since = clock.GetUtcNow();
        var status = new ProbeStatus
        {
            Round = request.Round,
            At = since,
            Sources = [.. pods.Select(pod => pod.Source)],
            Tried = tried,
            Failed = failures.Count,
            Failures = [.. failures.Take(MaxFailures).Select(failure => failure with { Since = SinceOf(failure, before) ?? since })],
            Message = targets.Exists(target => target.Aim is null) ? $"{targets.First(target => target.Aim is null).Target.Name} has no address and port that could be tried" : null,
        };
        return before is not null && IsSame(before, status) ? before : status;
    }

    private async Task<(string Name, IReadOnlyList<string?> Answers)> TryFromAsync(string name, PodNamespace? pod, List<(ProbeTarget Target, ProbeAim? Aim)> aims, CancellationToken cancellationToken)
    {
        try
        {
            return (name, await host.ConnectAsync(pod, [.. aims.Select(aim => aim.Aim!)], Limit, cancellationToken));
        }
        catch (HostException) when (pod is not null)
        {
            // The pod has ended since it was looked up.
            return (name, []);
        }
    }

    private static DateTimeOffset? SinceOf(ProbeFailure failure, ProbeStatus? before) =>
        before?.Failures?.FirstOrDefault(old => old.From == failure.From && old.Address == failure.Address)?.Since;

    private static bool IsSame(ProbeStatus before, ProbeStatus now) =>
        before.Round == now.Round && before.Tried == now.Tried && before.Failed == now.Failed && before.Message == now.Message
        && (before.Sources ?? []).SequenceEqual(now.Sources!)
        && (before.Failures ?? []).SequenceEqual(now.Failures!);
}
