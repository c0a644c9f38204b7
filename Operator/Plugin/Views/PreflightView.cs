using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;
using Rows = Spectre.Console.Rows;

namespace NetProfile.Plugin.Views;

/// <summary>Whether the spec can be carried out on this cluster: each finding on a line of its own, what is in the way and what isn't apart.</summary>
internal static class PreflightView
{
    private static readonly string[] s_types = [NetworkProfileConditions.Accepted.Type, NetworkProfileConditions.PreflightPassed.Type];

    public static bool Passed(V1Alpha1NetworkProfile profile) => profile.IsCurrent() && s_types.All(profile.Is);

    public static IRenderable Render(V1Alpha1NetworkProfile profile)
    {
        var parts = new List<IRenderable>();
        if (!profile.IsCurrent())
        {
            parts.Add(Parts.Colored(profile.Sentence(), Parts.Careful));
        }

        var findings = profile.Status?.Preflight?.Findings ?? [];
        foreach (var condition in s_types.Select(profile.Condition).OfType<V1Condition>())
        {
            var color = condition.Status switch
            {
                ConditionStatus.True when condition.Reason == NetworkProfileConditions.PreflightPassed.PassedWithWarnings => Parts.Careful,
                ConditionStatus.True => Parts.Good,
                ConditionStatus.False => Parts.Bad,
                _ => Parts.Careful,
            };
            parts.Add(Parts.Colored($"{condition.Type}: {condition.Reason}", color));

            // A message sums up; where the findings themselves are there, they are told in full.
            var own = findings.Where(f => f.Condition == condition.Type).Select(f => f.Message ?? "").ToList();
            var lines = own.Count > 0 ? own : findings.Count > 0 && condition.Status == ConditionStatus.True ? [] : [.. condition.Message.Split("; ")];
            parts.Add(Indented(lines));
        }

        parts.AddRange(Others(findings.Where(f => f.Severity == PreflightSeverity.Blocker && !s_types.Contains(f.Condition)), "Also in the way", Parts.Bad));
        parts.AddRange(Others(findings.Where(f => f.Severity == PreflightSeverity.Warning), "Warnings", Parts.Careful));
        return new Rows(parts);
    }

    /// <summary>What stands in the way, for a plan that can't be carried out; nothing when nothing does.</summary>
    public static IReadOnlyList<string> InTheWay(V1Alpha1NetworkProfile profile) => profile.Status?.Preflight is { Findings: { } findings }
        ? [.. findings.Where(f => f.Severity == PreflightSeverity.Blocker).Select(f => f.Message ?? "")]
        : [.. s_types.Select(profile.Condition).OfType<V1Condition>().Where(c => c.Status == ConditionStatus.False).Select(c => c.Message)];

    /// <summary>For machines.</summary>
    public static JsonObject Json(V1Alpha1NetworkProfile profile)
    {
        var findings = profile.Status?.Preflight?.Findings ?? [];
        JsonArray Of(PreflightSeverity severity) => new([.. findings.Where(f => f.Severity == severity).Select(f =>
        {
            var finding = new JsonObject { ["reason"] = f.Reason, ["message"] = f.Message };
            if (f.Condition is { } condition)
            {
                finding["condition"] = condition;
            }

            return (JsonNode)finding;
        })]);

        return new JsonObject
        {
            ["profile"] = profile.Metadata.Name,
            ["generation"] = profile.Metadata.Generation,
            ["observedGeneration"] = profile.Status?.ObservedGeneration,
            ["passed"] = Passed(profile),
            ["blockers"] = Of(PreflightSeverity.Blocker),
            ["warnings"] = Of(PreflightSeverity.Warning),
        };
    }

    private static IEnumerable<IRenderable> Others(IEnumerable<PreflightFindingStatus> findings, string heading, string color)
    {
        var lines = findings.Select(f => f.Message ?? "").ToList();
        return lines.Count == 0 ? [] : [Parts.Colored(heading, color), Indented(lines)];
    }

    private static Padder Indented(IReadOnlyList<string> lines) => new(new Rows(lines.Select(Parts.Plain)), new Padding(2, 0, 0, 0));
}
