using Microsoft.Extensions.DependencyInjection;
using NetProfile.Kubernetes.Client;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Support.Interruption;

/// <summary>Our software from a start to an end; whatever is started in it acts through <see cref="Client"/> and <see cref="Processes"/>.</summary>
internal sealed class Life(EffectInterruption run, int number)
{
    private readonly TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Number => number;

    public Task Death => _death.Task;

    /// <summary>For <c>InProcessOperator.StartAsync(replace: …)</c>, last of all replacements.</summary>
    public void Install(IServiceCollection services)
    {
        var processes = (IProcessRunner)services.Last(s => s.ServiceType == typeof(IProcessRunner)).ImplementationInstance!;
        services.AddSingleton(Processes(processes));
        services.AddSingleton(provider => Client(provider.GetRequiredService<KubernetesClient>(), ""));

        // Nobody has to be spared here, and a life that asks every agent once would spend most of its time waiting.
        var configuration = services.Last(s => s.ServiceType == typeof(ClientConfiguration)).ImplementationFactory!;
        services.AddSingleton(provider => (ClientConfiguration)configuration(provider) with { QueriesPerSecond = 10_000, Burst = 10_000 });
    }

    /// <param name="inner">The real one.</param>
    /// <param name="who">Begins the effects' texts, where there is more than one client.</param>
    public IKubernetesClient Client(IKubernetesClient inner, string who) => new MortalClient(inner, this, who);

    public IProcessRunner Processes(IProcessRunner inner) => new MortalProcesses(inner, this, run.Cluster.Living.Api.Faults);

    internal async Task<T> ActAsync<T>(string text, Func<Task<T>> act, Func<Task>? actHalf = null)
    {
        ThrowIfOver();
        var effect = run.Begin(this, text);
        if (run.Dies(effect, Moment.Before))
        {
            throw End();
        }

        if (actHalf is not null && run.Dies(effect, Moment.During))
        {
            await actHalf();
            throw End();
        }

        var result = await act();
        return run.Dies(effect, Moment.After) ? throw End() : result;
    }

    internal void ThrowIfOver()
    {
        if (_death.Task.IsCompleted)
        {
            throw Over();
        }
    }

    private KubernetesException End()
    {
        _death.TrySetResult();
        return Over();
    }

    /// <summary>An API that can't be reached is what every part of our software expects at any time, and takes it nowhere.</summary>
    private static KubernetesException Over() => new(new V1Status { Status = "Failure", Code = 0, Reason = "ServiceUnavailable", Message = "this life is over" });
}
