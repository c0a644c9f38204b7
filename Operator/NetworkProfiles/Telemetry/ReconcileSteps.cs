using System.Diagnostics;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>Spans of the steps of a reconcile: gather, plan, act, report. Helm's calls and requests stand below them.</summary>
internal static class ReconcileSteps
{
    public const string SourceName = "NetProfile.NetworkProfiles";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <returns>To be disposed at the end of the step; null while nobody listens.</returns>
    public static Activity? Begin(string step) => s_source.StartActivity(step);
}
