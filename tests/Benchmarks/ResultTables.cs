using System.Globalization;
using Spectre.Console;

namespace NetProfile.Benchmarks;

/// <summary>The numbers for people, each with its unit.</summary>
internal static class ResultTables
{
    public static void Write(Measurements measured)
    {
        AnsiConsole.Profile.Width = 120;
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(Text($"{Environment.ProcessorCount} CPUs, {measured.Nodes} simulated nodes, stand-in chart"));
        var costs = new Table().AddColumn("when there is nothing to do").AddColumn(Right("CPU")).AddColumn(Right("wall")).AddColumn(Right("CPU ratio")).AddColumn(Right("wall ratio"));
        costs.AddRow(Text($"a reconcile (mean of {measured.Reconciles})"), Milliseconds(measured.Reconcile.Cpu), Milliseconds(measured.Reconcile.Wall), "1", "1");
        foreach (var (version, cost) in measured.Helm)
        {
            costs.AddRow(
                Text($"helm {version} upgrade (mean of {measured.Upgrades})"),
                Milliseconds(cost.Cpu), Milliseconds(cost.Wall), Ratio(cost.Cpu, measured.Reconcile.Cpu), Ratio(cost.Wall, measured.Reconcile.Wall));
        }

        AnsiConsole.Write(costs);

        var leases = measured.SteadyRequests.Where(IsLease).Sum(request => request.Value);
        var all = measured.SteadyRequests.Sum(request => request.Value);
        var others = string.Join(", ", measured.SteadyRequests.Where(request => !IsLease(request)).OrderByDescending(request => request.Value).Select(request => Text($"{request.Value} {request.Key}")));
        var idle = new Table().AddColumn("the trimmed operator, idle").AddColumn(Right("")).AddColumn("");
        idle.AddRow("resident memory", Text($"{measured.ResidentMebibytes:0} MiB"), Text($"{measured.PeakMebibytes:0} MiB at its peak"));
        idle.AddRow("CPU time in a steady minute", Milliseconds(measured.SteadyCpu), Text($"{measured.SteadyCpu / TimeSpan.FromMinutes(1):0.000 %} of one CPU"));
        idle.AddRow("API requests in a steady minute", Text($"{all}"), Markup.Escape(Text($"{leases} for the Lease; {(others.Length == 0 ? "no others" : others)}")));
        AnsiConsole.Write(idle);
    }

    private static bool IsLease(KeyValuePair<string, int> request) => request.Key.Contains("leases.", StringComparison.Ordinal);

    private static TableColumn Right(string title) => new TableColumn(title).RightAligned();

    private static string Milliseconds(TimeSpan time) => Text($"{time.TotalMilliseconds:0.0} ms");

    private static string Ratio(TimeSpan one, TimeSpan other) => other > TimeSpan.Zero ? Text($"{one / other:0}") : "-";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
