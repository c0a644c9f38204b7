namespace NetProfile.NodeAgent.Tasks;

/// <summary>Traces in a sentence, however many they are.</summary>
internal static class TraceText
{
    /// <summary>How a reason begins that speaks of traces; any other speaks of the node.</summary>
    public const string LeftAlone = "left alone: ";

    private const int Shown = 5;

    public static string List(IReadOnlyList<Trace> traces) =>
        Join(traces.Select(trace => trace.Detail is null ? trace.Where : $"{trace.Where} ({trace.Detail})"), traces.Count);

    public static string Reasons(IReadOnlyList<Trace> traces)
    {
        var stuck = traces.Where(trace => trace.State != TraceState.Removable).ToList();
        return LeftAlone + Join(stuck.Select(trace => $"{trace.Where}: {trace.Detail}"), stuck.Count);
    }

    private static string Join(IEnumerable<string> texts, int count) =>
        string.Join(", ", texts.Take(Shown)) + (count > Shown ? $" and {count - Shown} more" : "");
}
