using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes;
using NetProfile.Kubernetes.Client;

namespace NetProfile.NodeAgent.Transport;

/// <summary>
/// Brings the status to the API server, however long that is away: the newest one is kept and sent until it is taken. Work never
/// waits for it.
/// </summary>
public sealed partial class NodeReporter(IKubernetesClient client, string node, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim news = new(0, 1);
    private NodeNetworkStatus? pending;

    public void Dispose() => news.Dispose();

    public void Report(NodeNetworkStatus status)
    {
        lock (gate)
        {
            pending = status;
            if (news.CurrentCount == 0)
            {
                news.Release();
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        while (true)
        {
            await news.WaitAsync(cancellationToken);
            while (Take() is { } status)
            {
                if (await TrySendAsync(status, cancellationToken))
                {
                    backoff.Reset();
                    continue;
                }

                PutBack(status);
                await Task.Delay(backoff.Next(), clock, cancellationToken);
            }
        }
    }

    private async Task<bool> TrySendAsync(NodeNetworkStatus status, CancellationToken cancellationToken)
    {
        try
        {
            // The migration's state is the operator's to write.
            var desired = new V1Alpha1NodeNetwork { Metadata = new V1ObjectMeta { Name = node }, Status = status with { Migration = null } };
            await client.ApplyStatusAsync(desired, new ApplyOptions { FieldManager = NetworkProfileNames.AgentFieldManager, Force = true }, cancellationToken);
            return true;
        }
        catch (KubernetesException exception) when (exception.IsNotFound)
        {
            LogGone(logger, node);
            return true;
        }
        catch (KubernetesException exception)
        {
            LogNotSent(logger, exception.Message);
            return false;
        }
    }

    private NodeNetworkStatus? Take()
    {
        lock (gate)
        {
            var status = pending;
            pending = null;
            return status;
        }
    }

    private void PutBack(NodeNetworkStatus status)
    {
        lock (gate)
        {
            pending ??= status;
        }
    }

    [LoggerMessage(7001, LogLevel.Warning, "the report can't be delivered yet: {Reason}")]
    private static partial void LogNotSent(ILogger logger, string reason);

    [LoggerMessage(7002, LogLevel.Information, "NodeNetwork {Node} is gone, nobody waits for the report")]
    private static partial void LogGone(ILogger logger, string node);
}
