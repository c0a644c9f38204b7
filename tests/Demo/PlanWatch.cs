using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Building;
using Spectre.Console;

namespace NetProfile.Demo;

/// <summary>Prints each step of the plan as its state changes, with a bar where there is something to count, until Ready is True.</summary>
internal sealed class PlanWatch(LivingCluster cluster, OperatorProcess @operator, TimeProvider clock)
{
    private const int BarWidth = 24;

    private readonly Dictionary<string, string> _states = [];
    private readonly Dictionary<string, int> _tenths = [];

    /// <summary>The profile's status, when this holds.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var status = cluster.Store.Get("networkprofiles.netprofile.io", null, "cluster")?["status"];
            Show(status, clock.GetElapsedTime(began));
            if (status is not null && holds(status))
            {
                return status;
            }

            if (@operator.Ended is { } ended)
            {
                throw new DemoException(ended);
            }

            if (Condition(status, "Stalled") is { } stalled)
            {
                throw new DemoException($"Stalled: {(string?)stalled["message"]}");
            }

            if (clock.GetElapsedTime(began) > limit)
            {
                throw new DemoException($"not there after {limit.TotalSeconds:0} s: {(string?)Condition(status, "Ready")?["message"] ?? "there is no status"}\n{@operator.Tail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
    }

    public static JsonNode? Condition(JsonNode? status, string type) => (status?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c?["type"] == type);

    public static bool IsTrue(JsonNode status, string type) => (string?)Condition(status, type)?["status"] == "True";

    public static void ShowPlan(JsonNode status)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Step", "Disruption", "Seconds", "Because");
        foreach (var step in status["plan"]!["steps"]!.AsArray())
        {
            table.AddRow(new Text((string)step!["name"]!), new Text((string?)step["disruption"] ?? ""), new Text($"{step["estimatedSeconds"]}"), new Text((string?)step["because"] ?? ""));
        }

        AnsiConsole.Write(table);
    }

    private void Show(JsonNode? status, TimeSpan elapsed)
    {
        foreach (var step in status?["plan"]?["steps"] as JsonArray ?? [])
        {
            var (name, state) = ((string)step!["name"]!, (string?)step["state"] ?? "");
            if (state is not "Running" and not "Done" and not "Failed")
            {
                continue;
            }

            // Agents that are restarted one after the other make their step run again; once it was done that is no news.
            if (_states.GetValueOrDefault(name) != state && !(_states.GetValueOrDefault(name) == "Done" && state == "Running"))
            {
                _states[name] = state;
                var colour = state switch { "Done" => "green", "Failed" => "red", _ => "yellow" };
                AnsiConsole.MarkupLineInterpolated($"{elapsed.TotalSeconds,5:0.0}s [{colour}]{name,-24} {state,-8}[/] [grey]{(string?)step["message"] ?? (string?)step["because"]}[/]");
            }

            if (_states[name] == "Running" && Counted(status!, name) is (var done, var all) && all > 0)
            {
                Bar(name, done, all, elapsed);
            }
        }
    }

    private void Bar(string name, int done, int all, TimeSpan elapsed)
    {
        var tenth = 10 * done / all;
        if (_tenths.GetValueOrDefault(name, -1) >= tenth)
        {
            return;
        }

        _tenths[name] = tenth;
        var filled = BarWidth * done / all;
        AnsiConsole.MarkupLineInterpolated($"{elapsed.TotalSeconds,5:0.0}s [blue]{name,-24} {new string('█', filled)}{new string('░', BarWidth - filled)}[/] {done} of {all} {(name == "MovePods" ? "pods" : "nodes")}");
    }

    /// <summary>How far a step is, by what the status counts.</summary>
    private static (int Done, int All)? Counted(JsonNode status, string step)
    {
        var nodes = status["nodes"];
        int Number(string key) => (int?)nodes?[key] ?? 0;
        return step switch
        {
            "MovePods" when Condition(status, "PodsManaged") is { } pods && ((string)pods["message"]!).Split(' ') is [var managed, "of", var all, ..]
                && int.TryParse(managed, out var done) && int.TryParse(all, out var total) => (done, total),
            "CleanNodes" => (Number("clean"), Number("total")),
            "MigrateNodes" => (Number("migrated"), Number("total")),
            _ when step.StartsWith("Install", StringComparison.Ordinal) || step.StartsWith("Finish", StringComparison.Ordinal) => (Number("ready"), Number("total")),
            _ => null,
        };
    }
}
