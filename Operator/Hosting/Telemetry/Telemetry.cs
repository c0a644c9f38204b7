using System.Diagnostics.Metrics;
using NetProfile.Helm;
using NetProfile.Kubernetes.Telemetry;
using NetProfile.NetworkProfiles.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace NetProfile.Hosting.Telemetry;

/// <summary>
/// Listens to the program's instruments as long as it runs: OpenTelemetry's SDK adds up, /metrics reads what it has, and OTLP
/// goes where the variables say. Started first and stopped last, so that the last reconcile is told, too.
/// </summary>
internal sealed class Telemetry : IHostedService, IDisposable
{
    public const string MeterName = "NetProfile.Hosting";

    private const int FlushMilliseconds = 3000;

    /// <summary>Series of one metric. The SDK takes memory for all of them at once, and its own default would be 15 MB for a few hundred.</summary>
    private const int MostSeries = 500;

    private readonly MeterProvider _metrics;
    private readonly TracerProvider? _traces;

    public Telemetry(TelemetryOptions options, MetricsText text, IMeterFactory meters)
    {
        meters.Create(MeterName).CreateObservableGauge("netprofile.build.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", options.Version)), description: "Always 1; the version of this program is a label.");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(options.Variables).Build();
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => Describe(resource, options))
            .AddMeter(MeterName, KubernetesMetrics.MeterName, MeasuredHelmClient.MeterName, NetworkProfileMetrics.MeterName, "System.Runtime")
            // Several operators can be in one process (tests): each tells of its own instruments and of the runtime's.
            .AddView(instrument => instrument.Meter.Scope is null || instrument.Meter.Scope == meters ? new MetricStreamConfiguration { CardinalityLimit = MostSeries } : MetricStreamConfiguration.Drop)
            .AddReader(text.Reader);
        _metrics = (options.Exports("METRICS") ? metrics.AddOtlpExporter() : metrics).Build();
        _traces = !options.Exports("TRACES") ? null : Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => Describe(resource, options))
            .AddSource(Tracing.SourceName, MeasuredHelmClient.SourceName, ReconcileSteps.SourceName)
            .AddOtlpExporter()
            .Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.ForceFlush(FlushMilliseconds);
        _metrics.ForceFlush(FlushMilliseconds);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics.Dispose();
    }

    /// <summary>What the variables say of it wins: they are read last.</summary>
    private static void Describe(ResourceBuilder resource, TelemetryOptions options) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService("netprofile-operator", serviceVersion: options.Version)
        .AddAttributes(options.Resource.Where(pair => pair.Value.Length > 0).Select(pair => new KeyValuePair<string, object>(pair.Key, pair.Value)))
        .AddEnvironmentVariableDetector();
}
