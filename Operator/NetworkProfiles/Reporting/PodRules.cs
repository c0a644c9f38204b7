using System.Globalization;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Pods;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using PodsManaged = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PodsManaged;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>"Cluster Pods: 13/16 managed by Cilium", which aren't, and what is done about them.</summary>
internal static class PodRules
{
    private const int MostTexts = 5;

    public static Verdict? Managed(ReportInput input)
    {
        if (input.Component(CiliumComponent.Agent).Disabled || input.Seen.CiliumConfig is null)
        {
            return False(PodsManaged.Type, PodsManaged.NotInstalled, "Cilium is not installed");
        }

        if (input.Seen.CiliumConfig.GetValueOrDefault("disable-endpoint-crd") == "true")
        {
            // Agents then keep their endpoints to themselves.
            return null;
        }

        if (input.Seen.PodCensus is not { } census)
        {
            return Unknown(PodsManaged.Type, PodsManaged.Unknown, "pods are counted once all agents are ready and have been asked") with { Settling = true };
        }

        if (census.Error is { } error)
        {
            return Unknown(PodsManaged.Type, PodsManaged.Unknown, $"pods couldn't be counted: {error}");
        }

        // In a steady cluster pods come all the time; one that was never proven waits until each can be told.
        if (census is { Unmanaged.Count: 0, Young: > 0 } && input.Profile.Status?.Conditions?.FirstOrDefault(c => c.Type == PodsManaged.Type)?.Status != ConditionStatus.True)
        {
            return Unknown(PodsManaged.Type, PodsManaged.Unknown, string.Create(CultureInfo.InvariantCulture, $"{census.Young} pods have just begun and have no endpoint yet")) with { Settling = true };
        }

        if (census.Unmanaged.Count == 0)
        {
            return True(PodsManaged.Type, PodsManaged.AllManaged, "every pod with an address has it from Cilium");
        }

        var moves = MovesOf(input, census);
        var parts = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture,
                $"{census.Managed} of {census.Pods} pods are managed by Cilium; {(census.Unmanaged.Count == 1 ? "1 still has its" : $"{census.Unmanaged.Count} still have their")} network from elsewhere: {NodeNames.Join(census.Unmanaged.Select(p => p.FullName))}"),
        };
        Add(parts, "moving: ", [.. moves.New.Select(p => $"{p.FullName} of {p.Owner?.ToString() ?? "nothing"}")]);
        Add(parts, "", moves.Waiting);
        Add(parts, "can't be moved: ", moves.Blocked);
        if (moves.Left.Count > 0)
        {
            parts.Add(LeftText(moves.Left));
        }

        if (!moves.Options.MayMove && !moves.OnlyLeft)
        {
            parts.Add(moves.Options.WhyNot is { } whyNot ? $"nothing is restarted, because {whyNot}{(input.Spec.UnmanagedPods == UnmanagedPodsPolicy.Observe ? ByHand : "")}" : "they are restarted later");
        }

        return False(PodsManaged.Type, ReasonOf(moves), string.Join("; ", parts)) with { Settling = moves.Options.MayMove && (moves.New.Any() || moves.Waiting.Count > 0) };
    }

    /// <summary>What the API refused so far and still stands in the way.</summary>
    public static PodsStatus? StatusOf(ReportInput input) => input.Seen.PodCensus switch
    {
        null or { Error: not null } => input.Profile.Status?.Pods,
        { Unmanaged.Count: 0 } => null,
        { } census => UnmanagedPods.StatusOf(MovesOf(input, census) with { Now = [] }, []),
    };

    private const string ByHand = ": restart them yourself (kubectl rollout restart of what owns them; pods of a StatefulSet are deleted)";

    private static PodMovePlan MovesOf(ReportInput input, PodCensus census) => PodMovePlanner.Plan(
        census,
        input.Profile.Status?.Pods?.Refused,
        UnmanagedPods.OptionsOf(input.Profile, input.Seen, input.Plan, type => input.Judged.Any(v => v.Type == type && v.Status == ConditionStatus.True)),
        input.Seen.ObservedAt);

    private static string ReasonOf(PodMovePlan moves) => moves switch
    {
        { OnlyLeft: true } => PodsManaged.BarePods,
        { Options.MayMove: false } => PodsManaged.UnmanagedPods,
        { Waiting.Count: 0, Blocked.Count: > 0 } when !moves.New.Any() => PodsManaged.EvictionBlocked,
        _ => PodsManaged.Restarting,
    };

    private static string LeftText(IReadOnlyList<WorkloadPod> left)
    {
        var bare = left.Where(p => !p.IsStatic).ToList();
        var texts = new List<string>();
        if (bare.Count > 0)
        {
            texts.Add($"nothing would make {NodeNames.Join(bare.Select(p => p.FullName))} again: delete and create them yourself, or have them deleted (annotate the NetworkProfile with {NetworkProfileNames.BarePodsAnnotation}={NetworkProfileNames.DeleteBarePods})");
        }

        if (bare.Count < left.Count)
        {
            texts.Add($"kubelets make {NodeNames.Join(left.Where(p => p.IsStatic).Select(p => p.FullName))} from files: move their manifests away on their nodes and back");
        }

        return string.Join("; ", texts);
    }

    private static void Add(List<string> parts, string what, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            parts.Add(what + Summary.Of(texts, MostTexts));
        }
    }
}
