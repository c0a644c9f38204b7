using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Events;

public enum EventType
{
    Normal,
    Warning,
}

/// <summary>
/// Tells people what happened to an object, best effort: it returns at once, writing happens behind it, the same event again
/// becomes a count, and too many are dropped. Nothing may depend on an event.
/// </summary>
public interface IEventRecorder
{
    /// <param name="regarding">The object that it is about.</param>
    /// <param name="type">Warning when somebody should look.</param>
    /// <param name="reason">Why, as one CamelCase word that machines group by.</param>
    /// <param name="action">What was done, as one CamelCase word.</param>
    /// <param name="note">What, where and what to do, for people; at most 1 kB counts.</param>
    void Record<T>(T regarding, EventType type, string reason, string action, string note)
        where T : class, IKubernetesEntity<T>;
}
