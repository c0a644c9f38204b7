using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetProfile.Cilium.Agents;

/// <summary>One line of <c>cilium-dbg endpoint list -o json</c>.</summary>
public sealed record EndpointState(long Id, string State, bool IsHost, bool IsHealth, string? Pod)
{
    public bool Ready => State == "ready";

    /// <summary>null when <paramref name="json"/> is no JSON array.</summary>
    public static IReadOnlyList<EndpointState>? ParseList(string json)
    {
        if (AgentJson.Parse(json) is not JsonArray list)
        {
            return null;
        }

        return [.. list.OfType<JsonObject>().Select(endpoint =>
        {
            var status = AgentStatusReader.Map(endpoint, "status");
            var labels = AgentStatusReader.Texts(AgentStatusReader.Map(status, "labels"), "security-relevant");
            var identity = AgentStatusReader.Texts(AgentStatusReader.Map(status, "identity"), "labels");
            bool Is(string label) => labels.Contains(label) || identity.Contains(label);
            var pod = AgentStatusReader.Text(AgentStatusReader.Map(status, "external-identifiers"), "pod-name");
            return new EndpointState(
                AgentStatusReader.Number(endpoint, "id") ?? 0,
                AgentStatusReader.Text(status, "state") ?? "",
                Is("reserved:host"),
                Is("reserved:health"),
                pod is "/" ? null : pod);
        })];
    }
}

/// <summary>A peer in <c>cilium-health status -o json</c>. null: not probed yet.</summary>
public sealed record PeerHealth(string Node, bool? HostReached, bool? EndpointReached, string Error);

/// <summary>
/// What cilium-health knows of the way to the peers. Without <c>--probe</c> it is empty for the first two minutes of an agent; empty
/// says nothing, good or bad.
/// </summary>
public sealed record HealthReport(string Local, IReadOnlyList<PeerHealth> Peers)
{
    /// <summary>null when <paramref name="json"/> is no JSON object.</summary>
    public static HealthReport? Parse(string json)
    {
        if (AgentJson.Parse(json) is not JsonObject root)
        {
            return null;
        }

        var peers = (root["nodes"] as JsonArray ?? []).OfType<JsonObject>().Select(node =>
        {
            var host = Reached(AgentStatusReader.Map(AgentStatusReader.Map(node, "host"), "primary-address"), out var hostError);
            var endpoint = Reached(
                AgentStatusReader.Map(AgentStatusReader.Map(node, "health-endpoint"), "primary-address") ?? AgentStatusReader.Map(node, "endpoint"),
                out var endpointError);
            return new PeerHealth(AgentStatusReader.Text(node, "name") ?? "", host, endpoint, endpointError ?? hostError ?? "");
        });
        return new HealthReport(AgentStatusReader.Text(AgentStatusReader.Map(root, "local"), "name") ?? "", [.. peers]);
    }

    private static bool? Reached(JsonObject? address, out string? error)
    {
        error = null;
        bool? reached = null;
        foreach (var way in new[] { "icmp", "http" })
        {
            if (AgentStatusReader.Map(address, way) is not { } probe || AgentStatusReader.Text(probe, "lastProbed") is null)
            {
                continue;
            }

            if (AgentStatusReader.Text(probe, "status") is { } failed)
            {
                error = $"{way}: {failed}";
                return false;
            }

            reached = true;
        }

        return reached;
    }
}

/// <summary>Things that only text tells.</summary>
public static partial class AgentText
{
    /// <summary>
    /// The degraded modules of <c>cilium-dbg status</c> as text, which no JSON has: by name with <c>--verbose</c>, else only how many.
    /// null when the text doesn't speak of modules.
    /// </summary>
    public static IReadOnlyList<string>? DegradedModules(string statusText)
    {
        if (!statusText.Contains("Modules Health:", StringComparison.Ordinal))
        {
            return null;
        }

        var named = DegradedLine().Matches(statusText).Select(m => $"{m.Groups["name"].Value}: {m.Groups["why"].Value.Trim()}").ToList();
        return named.Count > 0 ? named
            : DegradedCount().Match(statusText) is { Success: true } match && int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) is > 0 and var count
                ? [string.Create(CultureInfo.InvariantCulture, $"{count} modules")]
                : [];
    }

    /// <summary>The degraded modules in the table of <c>cilium-dbg statedb health</c> (1.16 and later); null when the text is no such table.</summary>
    public static IReadOnlyList<string>? DegradedInHealthTable(string table) => !HealthTableHead().IsMatch(table)
        ? null
        : [.. DegradedRow().Matches(table).Select(m => $"{m.Groups["name"].Value}: {m.Groups["why"].Value.Trim()}")];

    /// <summary>
    /// The line that an agent died with, from its previous log. The termination message of the container doesn't hold it: it is cut off before.
    /// </summary>
    public static string? FatalLine(string previousLog)
    {
        var line = previousLog.Split('\n').LastOrDefault(l => l.Contains("level=fatal", StringComparison.Ordinal) || l.Contains("\"level\":\"fatal\"", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        if (Message().Match(line) is not { Success: true } match)
        {
            return line.Trim();
        }

        var message = match.Groups["msg"].Value.Replace("\\\"", "\"", StringComparison.Ordinal);
        return Error().Match(line) is { Success: true } error ? $"{message}: {error.Groups["error"].Value.Replace("\\\"", "\"", StringComparison.Ordinal)}" : message;
    }

    [GeneratedRegex(@"Modules Health:.*\bDegraded\((?<n>\d+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex DegradedCount();

    [GeneratedRegex(@"(?<name>[\w.-]+)\s+\[DEGRADED\]\s*(?<why>[^\r\n(]*)", RegexOptions.CultureInvariant)]
    private static partial Regex DegradedLine();

    [GeneratedRegex(@"^\s*Module\s+Component\s+Level\b", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex HealthTableHead();

    // Columns stand two or more blanks apart; those after the message are times and counts.
    [GeneratedRegex(@"^\s*\S+\s+(?<name>\S+)\s+Degraded\s+(?<why>.+?)(\s{2,}|\s*\r?$)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DegradedRow();

    [GeneratedRegex(@"(msg=|""msg"":)""(?<msg>(\\.|[^""\\])*)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Message();

    [GeneratedRegex(@"(\berror=|""error"":)""(?<error>(\\.|[^""\\])*)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Error();
}

internal static class AgentJson
{
    /// <summary>null for what is no JSON.</summary>
    public static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
