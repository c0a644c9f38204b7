namespace NetProfile.NetworkProfiles;

/// <summary>Event ids 1000 to 1099.</summary>
internal static partial class NetworkProfileLog
{
    [LoggerMessage(1000, LogLevel.Warning, "ConfigMap kube-system/kubeadm-config can't be read, so the pod network is told from the nodes alone: {Error}")]
    public static partial void KubeadmConfigUnreadable(this ILogger logger, string error);

    [LoggerMessage(1001, LogLevel.Information, "NetworkProfile {Profile}: {Action}: {Because}")]
    public static partial void Acting(this ILogger logger, string? profile, HelmAction action, string because);

    [LoggerMessage(1002, LogLevel.Information, "NetworkProfile {Profile}: {Action} done in {Seconds:0.0} s: {Message}")]
    public static partial void Acted(this ILogger logger, string? profile, HelmAction action, double seconds, string message);

    [LoggerMessage(1003, LogLevel.Warning, "NetworkProfile {Profile}: {Action} failed: {Reason}: {Message}")]
    public static partial void ActionFailed(this ILogger logger, string? profile, HelmAction action, string reason, string message);

    [LoggerMessage(1008, LogLevel.Information, "DaemonSet {Namespace}/{Name} is parked: no node matches its node selector any more")]
    public static partial void DaemonSetParked(this ILogger logger, string @namespace, string name);

    [LoggerMessage(1009, LogLevel.Information, "DaemonSet {Namespace}/{Name} is taken back: it runs again")]
    public static partial void DaemonSetUnparked(this ILogger logger, string @namespace, string name);
}
