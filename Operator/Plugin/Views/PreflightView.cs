using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console.Rendering;
using Rows = Spectre.Console.Rows;

namespace NetProfile.Plugin.Views;

/// <summary>Whether the spec can be carried out on this cluster: each finding on a line of its own.</summary>
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
            parts.Add(new Spectre.Console.Padder(new Rows(condition.Message.Split("; ").Select(Parts.Plain)), new Spectre.Console.Padding(2, 0, 0, 0)));
        }

        return new Rows(parts);
    }
}
