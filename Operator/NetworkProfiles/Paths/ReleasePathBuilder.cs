using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles.Paths;

/// <summary>From what runs to what is wanted: versions first, minor by minor, with the datapath left as it is; then the datapath. Pure.</summary>
internal static class ReleasePathBuilder
{
    public const string InstallName = "InstallRelease";

    public const string ChangeName = "UpgradeRelease";

    private const string KeepPaceName = "RestoreRollout";

    public static ReleasePath Build(DesiredReview wanted, HelmRelease? running, string because)
    {
        var target = wanted.Target!;
        if (running is null)
        {
            return new ReleasePath([new ReleaseStage { Name = InstallName, Because = because, Release = target, Disruption = Disruption.None }], null);
        }

        if (!CiliumVersion.TryParse(running.ChartVersion, out var from) || !CiliumVersion.TryParse(target.Chart.Version, out var to))
        {
            return new ReleasePath([Change(target, running, because)], null);
        }

        var way = UpgradePath.Between(from, to);
        if (way.Refusal is { } refusal)
        {
            return new ReleasePath([], refusal);
        }

        var (now, then) = (RunningDatapath.Of(running.Values), RunningDatapath.Of(target.Values));
        var switches = now.Reaches(then) ? [] : Switch(wanted, running, now);
        var last = switches.Count == 0;
        var stages = way.Hops.Select((hop, i) => Hop(wanted, running, hop, now, isTarget: last && i == way.Hops.Count - 1)).ToList();
        stages.AddRange(switches.Skip(way.Hops.Count == 0 ? Done(running, switches) : 0));
        if (stages.Count == 0)
        {
            stages.Add(Tail(target, running, now, then, because));
        }

        return new ReleasePath(stages, null) { GoesBack = way.Hops.Any(hop => hop.ChangesMinor && hop.To < hop.From) };
    }

    private static ReleaseStage Hop(DesiredReview wanted, HelmRelease running, UpgradeHop hop, RunningDatapath now, bool isTarget)
    {
        var name = $"Upgrade-{hop.To}";
        var disruption = hop is { ChangesMinor: true } && hop.To < hop.From ? Disruption.PodRestart : Disruption.AgentRestart;
        if (isTarget)
        {
            var change = DisruptionClassifier.Of(running.Values, wanted.Target!.Values);
            return new ReleaseStage
            {
                Name = name,
                Because = hop.Because,
                Release = wanted.Target,
                Notes = hop.Notes,
                NeedsSettledAgents = hop.ChangesMinor,
                Disruption = change > disruption ? change : disruption,
            };
        }

        // What runs now goes on: a change of version and one of the datapath in one roll could be told apart by nobody.
        var interim = (wanted.Context.Interim ?? new InterimValues()) with
        {
            RoutingMode = now.Mode,
            TunnelProtocol = now.Protocol,
            TunnelPort = now.Port,
            Ipv4NativeRoutingCIDR = wanted.Context.Interim?.Ipv4NativeRoutingCIDR ?? now.Ipv4NativeRoutingCIDR,
        };
        var facts = CiliumFacts.For(hop.To);
        var document = HopValues.Build(wanted.Spec, wanted.Context with { Interim = interim }, facts);
        return new ReleaseStage
        {
            Name = name,
            Because = hop.Because,
            Release = wanted.Release(hop.To.ToString(), document.Values),
            Notes = document.LeftOut.Count == 0 ? hop.Notes : [.. hop.Notes, $"{facts.MinorName} can't do, so it comes later: {string.Join(", ", document.LeftOut)}"],
            NeedsSettledAgents = hop.ChangesMinor,
            Disruption = disruption,
        };
    }

    /// <summary>The stages of a change of routing mode, overlay protocol or port on the wanted version.</summary>
    private static List<ReleaseStage> Switch(DesiredReview wanted, HelmRelease running, RunningDatapath now)
    {
        var (spec, context, target) = (wanted.Spec, wanted.Context, wanted.Target!);
        var facts = CiliumFacts.For(CiliumVersion.Parse(target.Chart.Version));
        var refusal = spec.RoutingSwitch == RoutingSwitchStrategy.OneStroke ? "spec.routingSwitch is OneStroke" : RoutingSwitch.LiveRefusal(now.Mode, spec, context, facts);
        if (refusal is null)
        {
            return
            [
                .. RoutingSwitch.Live(spec, context, now.Protocol, now.Port).Select(step => new ReleaseStage
                {
                    Name = step.Name,
                    Because = step.Because,
                    Release = step.Name == RoutingSwitch.Drop ? target : wanted.Release(target.Chart.Version, wanted.ValuesWith(step.Interim)),
                    Disruption = step.Name == RoutingSwitch.Prepare ? DisruptionClassifier.Of(running.Values, wanted.ValuesWith(step.Interim)) : Disruption.AgentRestart,
                    NeedsSettledAgents = step.Name != RoutingSwitch.Prepare,
                }),
            ];
        }

        var stroke = RoutingSwitch.OneStroke(context);
        var release = wanted.Release(target.Chart.Version, wanted.ValuesWith(stroke.Interim));
        var stages = new List<ReleaseStage>
        {
            new()
            {
                Name = stroke.Name,
                Because = $"{stroke.Because}: about {OutageSeconds(context.NodeCount ?? 0)} s without traffic between nodes; not Live: {refusal}",
                Release = release,
                Disruption = Disruption.Outage,
                AllAtOnce = true,
            },
        };
        if (release.Digest != target.Digest)
        {
            stages.Add(new ReleaseStage
            {
                Name = KeepPaceName,
                Because = "later changes go in batches again",
                Release = target,
                Disruption = Disruption.None,
                NeedsSettledAgents = true,
            });
        }

        return stages;
    }

    /// <summary>How many of the switch's first stages the release already has: told by its values, so that it holds after any restart.</summary>
    private static int Done(HelmRelease running, List<ReleaseStage> switches)
    {
        if (switches.Count == 0 || switches[0].Name != RoutingSwitch.Prepare)
        {
            return 0;
        }

        var (now, prepared) = (RunningDatapath.Of(running.Values), RunningDatapath.Of(switches[0].Release.Values));
        return now.KeepsOverlayDevice && now.Ipv4NativeRoutingCIDR == prepared.Ipv4NativeRoutingCIDR && now.Reaches(prepared) ? 1 : 0;
    }

    /// <summary>Version and datapath are as wanted: what is left is the end of a switch, or any other change.</summary>
    private static ReleaseStage Tail(DesiredRelease target, HelmRelease running, RunningDatapath now, RunningDatapath then, string because)
    {
        var change = Change(target, running, because);
        if (PlanMark.Of(running)?.Stage == RoutingSwitch.OneStrokeName)
        {
            return change with { Name = KeepPaceName, NeedsSettledAgents = true };
        }

        return now is { Mode: RoutingMode.Native, KeepsOverlayDevice: true } && !then.KeepsOverlayDevice
            ? change with { Name = RoutingSwitch.Drop, Because = "the overlay device is needed no more", NeedsSettledAgents = true }
            : change;
    }

    private static ReleaseStage Change(DesiredRelease target, HelmRelease running, string because) => new()
    {
        Name = ChangeName,
        Because = because,
        Release = target,
        Disruption = DisruptionClassifier.Of(running.Values, target.Values),
    };

    /// <summary>Three nodes took 1.7 to 4.3 s (measured); more nodes come up less evenly.</summary>
    private static int OutageSeconds(int nodes) => 5 + (nodes / 50);
}
