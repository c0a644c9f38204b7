using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Uninstall;

internal enum UninstallAction
{
    /// <summary>Something is waited for.</summary>
    Wait,

    /// <summary>Services would stop with the agents: kube-proxy comes first.</summary>
    UnparkKubeProxy,

    Unlock,

    Uninstall,

    RemoveTaints,

    /// <summary>Definitions go, and every object with them.</summary>
    Purge,

    /// <summary>The agents on the nodes and their objects go; then the finalizer may.</summary>
    TidyUp,

    /// <summary>The finalizer may go.</summary>
    Done,
}

/// <summary>What a deleted profile's uninstalling does now. Made by <see cref="UninstallPlanner"/>, carried out by the finalizer.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Message">What is done or waited for, for people.</param>
internal sealed record UninstallPlan(UninstallAction Action, string Message)
{
    public bool AwaitsApproval { get; init; }

    /// <summary>Something fails, and is tried again; only the message tells whether a person is needed.</summary>
    public bool Fails { get; init; }

    /// <summary>null: the nodes are left as they are.</summary>
    public NodesPlan? Nodes { get; init; }

    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromSeconds(2);
}
