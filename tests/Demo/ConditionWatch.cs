using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Building;
using Spectre.Console;

namespace NetProfile.Demo;

/// <summary>Prints each condition when its status or reason changes, until Ready is True.</summary>
internal sealed class ConditionWatch(LivingCluster cluster, OperatorProcess @operator, TimeProvider clock)
{
    private const int LongestMessage = 110;

    private readonly Dictionary<string, string> _shown = [];

    public async Task UntilReadyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var status = cluster.Store.Get("networkprofiles.netprofile.io", null, "cluster")?["status"];
            foreach (var condition in status?["conditions"] as JsonArray ?? [])
            {
                Show(condition!, clock.GetElapsedTime(began));
            }

            if (Text(status, "Ready") is { } ready && (string?)ready["status"] == "True")
            {
                return;
            }

            if (@operator.Ended is { } ended)
            {
                throw new DemoException(ended);
            }

            if (clock.GetElapsedTime(began) > limit)
            {
                throw new DemoException($"not Ready after {limit.TotalSeconds:0} s: {(string?)Text(status, "Ready")?["message"] ?? "there is no status"}\n{@operator.Tail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
    }

    private static JsonNode? Text(JsonNode? status, string type) => (status?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c?["type"] == type);

    private void Show(JsonNode condition, TimeSpan elapsed)
    {
        var (type, value, reason, message) = ((string)condition["type"]!, (string)condition["status"]!, (string)condition["reason"]!, (string)condition["message"]!);
        if (_shown.GetValueOrDefault(type) == value + reason)
        {
            return;
        }

        _shown[type] = value + reason;
        var colour = (value, type) switch { ("True", "Stalled") => "red", ("True", "Reconciling") => "yellow", ("True", _) => "green", ("False", _) => "yellow", _ => "grey" };
        var text = message.Length > LongestMessage ? string.Concat(message.AsSpan(0, LongestMessage), "…") : message;
        AnsiConsole.MarkupLine($"{elapsed.TotalSeconds,5:0.0}s [{colour}]{type,-18} {value,-7}[/] {reason,-20} [grey]{Markup.Escape(text)}[/]");
    }
}
