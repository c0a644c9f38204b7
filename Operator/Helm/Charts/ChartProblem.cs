namespace NetProfile.Helm.Charts;

/// <summary>An expected failure on the way to a chart; becomes a <see cref="ChartOutcome"/> in <see cref="ChartFetcher"/> and goes no further.</summary>
internal sealed class ChartProblem(HelmFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public HelmFailure Failure { get; } = failure;
}
