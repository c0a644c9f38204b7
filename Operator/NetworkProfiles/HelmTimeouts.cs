namespace NetProfile.NetworkProfiles;

internal static class HelmTimeouts
{
    /// <summary>One helm process, which doesn't wait for pods: about two seconds on a healthy cluster, more under load.</summary>
    public static readonly TimeSpan Operation = TimeSpan.FromMinutes(5);
}
