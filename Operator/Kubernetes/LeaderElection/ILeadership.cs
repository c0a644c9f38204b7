namespace NetProfile.Kubernetes.LeaderElection;

/// <summary>Who may act. Reading is free to everyone.</summary>
public interface ILeadership
{
    bool IsLeader { get; }

    /// <summary>Waits until this process may act. The token is cancelled when it may no longer.</summary>
    Task<CancellationToken> WaitForTermAsync(CancellationToken cancellationToken);
}

/// <summary>Where there is nothing to share: a node agent, a command, a test.</summary>
public sealed class AlwaysLeader : ILeadership
{
    public bool IsLeader => true;

    public Task<CancellationToken> WaitForTermAsync(CancellationToken cancellationToken) => Task.FromResult(CancellationToken.None);
}
