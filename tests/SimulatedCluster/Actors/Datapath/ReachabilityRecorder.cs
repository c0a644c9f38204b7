using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>
/// Keeps the matrix of stations up to date, and a log of what was missing in it. Works last in each round of the actors, and
/// at once when somebody from outside changes a host; only the rows and columns of what changed are looked at.
/// </summary>
internal sealed class ReachabilityRecorder(World world, Kubelet kubelet) : Actor(world)
{
    private readonly SortedDictionary<string, List<Station>> stations = new(StringComparer.Ordinal);
    private readonly SortedSet<string> changed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), ReachabilityGap> open = [];
    private readonly HashSet<string> answered = [];
    private readonly HashSet<string> joined = [];
    private readonly ServiceView services = new(world, kubelet);
    private IReadOnlyList<string> dns = [];
    private bool dnsSeen;

    public ReachabilityLog? Log { get; private set; }

    public ReachabilityLog Begin()
    {
        Log ??= new ReachabilityLog();
        foreach (var host in World.Hosts.All)
        {
            LookAt(new ObjectKey("", host.Name));
        }

        Work();
        return Log;
    }

    public override void Observe(Change change)
    {
        if (Log is not null && change.Resource == "pods" && change.Object.Value.Str("spec", "nodeName") is { Length: > 0 } node)
        {
            LookAt(new ObjectKey("", node));
        }
        else if (Log is not null && change is { Resource: "nodes", Type: ChangeType.Deleted })
        {
            LookAt(change.Object.Key);
        }
    }

    public override void HostTouched(string node)
    {
        if (Log is not null)
        {
            LookAt(new ObjectKey("", node));
        }
    }

    internal override void Work()
    {
        base.Work();
        if (changed.Count > 0)
        {
            Evaluate();
            changed.Clear();
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (World.Hosts.Find(key.Name) is not { } host || View.Node(key.Name) is null)
        {
            stations.Remove(key.Name);
        }
        else
        {
            // A node that joins counts from when it has a network at all.
            if (host.ActiveCniConf is not null)
            {
                joined.Add(host.Name);
            }

            stations[key.Name] = [.. Station.On(kubelet, host).Where(station => station.Side != Side.Host || joined.Contains(host.Name))];
        }

        changed.Add(key.Name);
    }

    private void Evaluate()
    {
        var ready = services.ReadyDns();
        var dnsChanged = !ready.SequenceEqual(dns);
        dns = ready;
        dnsSeen |= dns.Count > 0;
        Note("the cluster", ServiceView.Dns, !dnsSeen || dns.Count > 0 ? Verdict.Reached : Verdict.Lost("no pod of the cluster's DNS is ready"));
        var all = stations.Values.SelectMany(list => list).ToList();
        foreach (var host in stations.Keys.Select(World.Hosts.Find).OfType<Hosts.SimulatedHost>().ToList())
        {
            services.Refresh(host, dns);
        }

        foreach (var from in all)
        {
            var affected = changed.Contains(from.Host.Name);
            foreach (var to in all.Where(to => (affected || changed.Contains(to.Host.Name)) && !(from == to && from.Pods.Count < 2)))
            {
                Note(from, to);
            }

            if (affected || dnsChanged)
            {
                NoteServices(from, all);
            }
        }

        CloseWhatIsGone(all);
    }

    private void Note(Station from, Station to) => Note(from.Key, to.Key, from.Connect(to, World.Hosts.All.Count), from.Name, to.Name);

    private void NoteServices(Station from, List<Station> all)
    {
        var translated = ServiceView.Translates(from.Host);
        NoteService(from, ServiceView.Kubernetes, translated);
        if (from.Side == Side.Host || dns.Count == 0)
        {
            return;
        }

        var verdict = translated;
        foreach (var backend in translated.Reach == Reach.Lost ? [] : services.DnsOf(from.Host))
        {
            var station = all.Find(station => station.Pods.Any(pod => pod.Name == backend));
            verdict = verdict.And(station is null
                ? Verdict.Lost($"{from.Host.Name} still sends queries to {backend}, which is gone, and nobody tells it")
                : from == station && station.Pods.Count < 2 ? Verdict.Reached : from.Connect(station, World.Hosts.All.Count));
        }

        NoteService(from, ServiceView.Dns, verdict.Reach == Reach.Masqueraded ? Verdict.Reached : verdict);
    }

    private void NoteService(Station from, string service, Verdict verdict)
    {
        if (verdict.Reach != Reach.Lost)
        {
            answered.Add(from.Host.Name + service);
        }

        if (answered.Contains(from.Host.Name + service))
        {
            Note(from.Key, service, verdict, from.Name, service);
        }
    }

    private void Note(string from, string to, Verdict verdict, string? fromName = null, string? toName = null)
    {
        Log!.Checks++;
        if (open.TryGetValue((from, to), out var gap))
        {
            if (gap.Reach == verdict.Reach)
            {
                return;
            }

            gap.Until = Now;
            open.Remove((from, to));
        }

        if (verdict.Reach != Reach.Reached)
        {
            Log.Add(open[(from, to)] = new ReachabilityGap(fromName ?? from, toName ?? to, verdict.Reach, verdict.Why ?? "", Now));
        }
    }

    /// <summary>A gap ends with the last pod that had it.</summary>
    private void CloseWhatIsGone(List<Station> all)
    {
        var alive = all.ToDictionary(station => station.Key);
        bool IsGone(string end) => end.Contains('/', StringComparison.Ordinal) && !alive.ContainsKey(end);
        foreach (var (pair, gap) in open.Where(entry => IsGone(entry.Key.From) || IsGone(entry.Key.To)
            || (entry.Key.From == entry.Key.To && alive[entry.Key.From].Pods.Count < 2)).ToList())
        {
            gap.Until = Now;
            open.Remove(pair);
        }
    }
}
