namespace NetProfile.Hosting.Telemetry;

/// <summary>How metrics and traces leave the program: /metrics is always there, OTLP by OpenTelemetry's own variables.</summary>
public sealed record TelemetryOptions
{
    /// <summary>A further address for /metrics, as host:port; null leaves it where /healthz is.</summary>
    public string? MetricsAddress { get; init; }

    /// <summary>
    /// OTEL_* variables (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Nothing is
    /// exported by OTLP unless one of them names an endpoint.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Of this program.</summary>
    public string Version { get; init; } = "unknown";

    /// <summary>What else tells this process from others, by the names of OpenTelemetry's resource conventions.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; init; } = new Dictionary<string, string>();

    public static TelemetryOptions FromEnvironment(Func<string, string?> variable, string version) => new()
    {
        Variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToDictionary(name => name, variable, StringComparer.Ordinal),
        Version = version,
        Resource = new Dictionary<string, string>
        {
            ["k8s.pod.name"] = variable("POD_NAME") ?? "",
            ["k8s.pod.uid"] = variable("POD_UID") ?? "",
            ["k8s.namespace.name"] = variable("POD_NAMESPACE") ?? "",
            ["k8s.node.name"] = variable("NODE_NAME") ?? "",
        },
    };

    /// <param name="signal">TRACES or METRICS.</param>
    internal bool Exports(string signal) =>
        !string.Equals(Variables.GetValueOrDefault("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(Variables.GetValueOrDefault($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase)
        && (Variables.GetValueOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } || Variables.GetValueOrDefault($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { Length: > 0 });
}
