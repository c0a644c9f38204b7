using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.LeaderElection;

public sealed record LeaderElectionOptions
{
    public required NamespacedName Lease { get; init; }

    /// <summary>Who we are, to people and to ourselves after a restart of the container: pod name and uid.</summary>
    public required string Identity { get; init; }

    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From one renewal to the next. A renewal that fails leaves room for two more before the deadline.</summary>
    public TimeSpan RenewPeriod { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>POD_NAME and POD_UID of the downward API; outside a pod the machine's name and a random part.</summary>
    public static string DefaultIdentity(Func<string, string?> environment)
    {
        var name = environment("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName;
        var uid = environment("POD_UID") is { Length: > 0 } known ? known : Guid.NewGuid().ToString();
        return $"{name}_{uid}";
    }
}
