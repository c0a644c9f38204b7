using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Transport;

namespace NetProfile.NodeAgent.Probing;

/// <summary>Round after round while probes are asked for, beside whatever else the agent does. Says only what is new.</summary>
public sealed partial class ProbeLoop(NodeProber prober, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly WakeUp wake = new(clock);
    private ProbeRequest? request;

    /// <summary>null while none is asked for, or before the first round.</summary>
    public ProbeStatus? Status { get; private set; }

    /// <param name="wanted">null ends it.</param>
    /// <param name="known">What an agent before this one has reported.</param>
    public void Ask(ProbeRequest? wanted, ProbeStatus? known)
    {
        lock (gate)
        {
            Status ??= known;
            var isNew = wanted?.Round != request?.Round || wanted is null != request is null;
            request = wanted;
            if (wanted is null)
            {
                Status = null;
            }

            if (isNew)
            {
                wake.Call();
            }
        }
    }

    /// <param name="changed">Called when <see cref="Status"/> is another one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action changed, CancellationToken cancellationToken)
    {
        ProbeRequest? answered = null;
        while (true)
        {
            var wanted = Wanted();
            if (wanted is null && answered is not null)
            {
                changed();
            }

            answered = wanted;
            if (wanted is not null)
            {
                try
                {
                    var result = await prober.RunAsync(wanted, Status, cancellationToken);
                    if (Take(wanted, result))
                    {
                        changed();
                    }
                }
                catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
                {
                    LogFailed(logger, exception.Message);
                    if (Take(wanted, new ProbeStatus { Round = wanted.Round, Message = exception.Message }))
                    {
                        changed();
                    }
                }
            }

            await wake.WaitAsync(wanted is null ? Timeout.InfiniteTimeSpan : wanted.PeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Period, cancellationToken);
        }
    }

    private ProbeRequest? Wanted()
    {
        lock (gate)
        {
            return request;
        }
    }

    /// <summary>A result of a request that no longer stands is dropped.</summary>
    private bool Take(ProbeRequest asked, ProbeStatus result)
    {
        lock (gate)
        {
            if (request?.Round != asked.Round || request is null || result == Status)
            {
                return false;
            }

            Status = result;
            return true;
        }
    }

    [LoggerMessage(7020, LogLevel.Warning, "connections can't be tried: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
