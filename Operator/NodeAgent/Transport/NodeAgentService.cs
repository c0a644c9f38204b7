using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Probing;

namespace NetProfile.NodeAgent.Transport;

/// <summary>
/// The agent's loop: follows its own NodeNetwork, and for every new plan or request looks, works, audits and reports.
/// Guarantees: one plan at a time; a plan in the object's status that has ended well isn't repeated after a restart; one that is
/// blocked or has failed is tried again while it stands; an API server that is away stops neither the plan nor, later, the report.
/// Probes go on beside all that.
/// </summary>
public sealed partial class NodeAgentService(IKubernetesClient client, NodeWork work, string node, TimeProvider clock, ILogger<NodeAgentService> logger)
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AuditPeriod = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);

    /// <summary>A node that is only looked at is so because something is in the way: it may be mended at any time.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMinutes(1);

    private readonly WakeUp wake = new(clock);
    private readonly ProbeLoop probes = new(new NodeProber(work.Probes, node, clock), clock, logger);
    private readonly Lock gate = new();
    private V1Alpha1NodeNetwork? latest;
    private NodeNetworkStatus? status;
    private DateTimeOffset reportedAt;
    private DateTimeOffset lookedAt;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var reporter = new NodeReporter(client, node, clock, logger);
        var informer = new ResourceInformer<V1Alpha1NodeNetwork>(
            client, new InformerOptions<V1Alpha1NodeNetwork> { FieldSelector = "metadata.name=" + node }, clock, logger);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var registration = informer.Register(Changed);
        Task[] running = [informer.RunAsync(stop.Token), reporter.RunAsync(stop.Token), WorkAsync(reporter, stop.Token), probes.RunAsync(() => ReportProbes(reporter), stop.Token)];
        try
        {
            await await Task.WhenAny(running);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running.Select(task => task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
        }
    }

    private void Changed(WatchEventType type, V1Alpha1NodeNetwork resource)
    {
        if (resource.Metadata.Name != node)
        {
            return;
        }

        lock (gate)
        {
            latest = type == WatchEventType.Deleted ? null : resource;
            probes.Ask(latest?.Spec?.Inspection?.Probe, latest?.Status?.Probe);
            wake.Call();
        }
    }

    private async Task WorkAsync(NodeReporter reporter, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = AuditPeriod;
            if (Latest() is { Spec: { } spec } current)
            {
                status ??= current.Status ?? new NodeNetworkStatus();
                try
                {
                    wait = await HandleAsync(spec, current.Metadata.Generation, reporter, cancellationToken);
                }
                catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
                {
                    LogFailed(logger, exception.Message);
                    wait = RetryPeriod;
                }
            }
            else
            {
                status = null;
            }


            // Our own report wakes it too, and finds nothing to do.
            await wake.WaitAsync(wait, cancellationToken);
        }
    }

    /// <returns>After which time to look again unasked.</returns>
    private async Task<TimeSpan> HandleAsync(NodeNetworkSpec spec, long? generation, NodeReporter reporter, CancellationToken cancellationToken)
    {
        var before = status!;
        var onlyLooks = spec is { Tasks: null or { Count: 0 }, Inspection: not null };
        if (before.Facts is null || before.InspectedFor != spec.Inspection?.RequestedAt || (onlyLooks && clock.GetUtcNow() - lookedAt >= LookPeriod))
        {
            Set(await work.InspectAsync(spec, generation, status!, cancellationToken));
            lookedAt = clock.GetUtcNow();
        }

        if (onlyLooks)
        {
            if (status != before)
            {
                Set(status! with { ObservedGeneration = generation });
                Report(reporter);
            }

            return LookPeriod;
        }

        if (!NodeWork.IsFinished(spec, status))
        {
            LogPlan(logger, spec.PlanId, spec.Tasks!.Count);
            Set(await work.RunPlanAsync(spec, generation, status!, (progress, _) => ReportSometimes(reporter, progress), cancellationToken));
        }

        Set(await work.AuditAsync(spec, status!, cancellationToken) with { ObservedGeneration = generation });
        if (status != before)
        {
            Report(reporter);
        }

        return NodeWork.IsFinished(spec, status) ? AuditPeriod : RetryPeriod;
    }

    private Task ReportSometimes(NodeReporter reporter, NodeNetworkStatus progress)
    {
        var now = clock.GetUtcNow();
        if (now - reportedAt >= ReportPeriod)
        {
            reportedAt = now;
            Set(progress);
            Report(reporter);
        }

        return Task.CompletedTask;
    }

    private void Set(NodeNetworkStatus value)
    {
        lock (gate)
        {
            status = value;
        }
    }

    /// <summary>The whole of our part, with what the probes say now.</summary>
    private void Report(NodeReporter reporter)
    {
        lock (gate)
        {
            if (status is not null)
            {
                reporter.Report(status with { Probe = probes.Status });
            }
        }
    }

    /// <summary>Before the node was looked at there is nothing that the result could be a part of.</summary>
    private void ReportProbes(NodeReporter reporter)
    {
        if (status?.Facts is not null)
        {
            Report(reporter);
        }
    }

    private V1Alpha1NodeNetwork? Latest()
    {
        lock (gate)
        {
            return latest;
        }
    }

    [LoggerMessage(7010, LogLevel.Information, "plan {PlanId} with {Tasks} tasks")]
    private static partial void LogPlan(ILogger logger, string? planId, int tasks);

    [LoggerMessage(7011, LogLevel.Error, "the node can't be read: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
