using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Commands;

/// <summary>What the annotation netprofile.io/action can ask for.</summary>
internal static class NetworkProfileActions
{
    public static IReadOnlyList<string> All { get; } =
        [NetworkProfileNames.Actions.Retry, NetworkProfileNames.Actions.Rollback, NetworkProfileNames.Actions.Continue, NetworkProfileNames.Actions.Restore];
}
