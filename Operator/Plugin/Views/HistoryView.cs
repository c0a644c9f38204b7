using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>The release's revisions as the operator saw them, and the last try that failed.</summary>
internal static class HistoryView
{
    public static IRenderable Render(V1Alpha1NetworkProfile profile, DateTimeOffset now)
    {
        var cilium = profile.Status?.Cilium;
        var parts = new List<IRenderable>();
        if (cilium?.History is { Count: > 0 } history)
        {
            var table = Parts.Columns("REVISION", "VERSION", "STATUS", "DEPLOYED", "VALUES", "DESCRIPTION");
            foreach (var entry in history)
            {
                table.AddRow(
                    Parts.Plain(entry.Revision?.ToString(CultureInfo.InvariantCulture)),
                    Parts.Plain(entry.Version),
                    Parts.Colored(entry.Status, Color(entry.Status)),
                    Parts.Plain(entry.DeployedAt is { } at ? $"{Ages.Of(now - at)} ago" : ""),
                    Parts.Plain(Short(entry.ValuesDigest)),
                    Parts.Plain(entry.Description));
            }

            parts.Add(table);
        }
        else
        {
            parts.Add(Parts.Plain("no release has been made yet"));
        }

        if (cilium?.LastAttempt is { } attempt)
        {
            parts.Add(Text.Empty);
            parts.Add(Parts.Colored(
                string.Create(CultureInfo.InvariantCulture, $"The last try failed {Ages.Of(attempt.At, now)} ago ({attempt.Reason}, {attempt.Count ?? 1} in a row): {attempt.Message}"), Parts.Bad));
        }

        return new Rows(parts);
    }

    private static string Color(string? status) => status?.ToLowerInvariant() switch
    {
        "deployed" => Parts.Good,
        "failed" => Parts.Bad,
        "superseded" => Parts.Quiet,
        _ => Parts.Careful,
    };

    private static string Short(string? digest) => (digest ?? "").Replace("sha256:", "", StringComparison.Ordinal) is var hex && hex.Length > 12 ? hex[..12] : hex;
}
