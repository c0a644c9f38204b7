using System.Diagnostics;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>Spans of controllers and of the client. Without a listener they cost a null check.</summary>
internal static class Tracing
{
    public const string SourceName = "NetProfile.Kubernetes";

    public static readonly ActivitySource Source = new(SourceName);
}
