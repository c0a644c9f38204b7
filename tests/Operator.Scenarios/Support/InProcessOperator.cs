using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetProfile.Helm;
using NetProfile.Hosting;
using NetProfile.Hosting.StatusPage;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>The operator in this process, with every process that it starts written down.</summary>
internal sealed class InProcessOperator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly MeterListener _meters = new();
    private int _reconciles;

    private InProcessOperator(WebApplication app, RecordingProcessRunner processes)
    {
        (_app, Processes) = (app, processes);
        var own = app.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "controller_runtime.active_workers" && ReferenceEquals(instrument.Meter.Scope, own))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<int>((_, change, _, _) => Interlocked.Add(ref _reconciles, change));
        _meters.Start();
    }

    /// <summary>How many are under way.</summary>
    public int Reconciles => Volatile.Read(ref _reconciles);

    public RecordingProcessRunner Processes { get; }

    /// <summary>Where /healthz, /readyz and /metrics are.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>null where it is not served.</summary>
    public Uri? StatusPage => _app.Services.GetRequiredService<StatusPageOptions>().Address is null ? null : _app.Services.GetRequiredService<StatusPageServer>().Address;

    public static async Task<InProcessOperator> StartAsync(ScenarioCluster cluster, TimeProvider? clock = null, string? helm = null, string? kubeconfig = null, Action<IServiceCollection>? replace = null, Func<OperatorOptions, OperatorOptions>? change = null)
    {
        clock ??= TimeProvider.System;
        var processes = new RecordingProcessRunner(new ProcessRunner(clock));
        var options = new OperatorOptions
        {
            Client = new ClientConfigurationOptions { KubeConfig = kubeconfig ?? cluster.Kubeconfig },
            LeaseNamespace = "kube-system",
            HealthAddress = "127.0.0.1:0",
            NodeAgent = new NodeAgentLaunch { Image = cluster.HasNodeAgents ? "netprofile-operator:test" : null },
            Helm = new HelmOptions { Program = helm ?? cluster.Helm, CacheDirectory = Path.Combine(cluster.Folder, "cache") },
        };
        var app = OperatorHost.Build(change?.Invoke(options) ?? options, services =>
        {
            services.AddSingleton(clock);
            services.AddSingleton<IProcessRunner>(processes);
            services.AddLogging(logging => logging.ClearProviders());
            replace?.Invoke(services);
        });
        var @operator = new InProcessOperator(app, processes);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return @operator;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _meters.Dispose();
    }
}

internal sealed class RecordingProcessRunner(IProcessRunner inner) : IProcessRunner
{
    private readonly ConcurrentQueue<string> _started = new();

    /// <summary>File names and first arguments, in order: "helm upgrade".</summary>
    public IReadOnlyList<string> Started => [.. _started];

    public int Count(string line) => _started.Count(s => s == line);

    public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        _started.Enqueue($"{Path.GetFileName(spec.FileName)} {(spec.Arguments.Count > 0 ? spec.Arguments[0] : "")}");
        return inner.RunAsync(spec, cancellationToken);
    }
}
