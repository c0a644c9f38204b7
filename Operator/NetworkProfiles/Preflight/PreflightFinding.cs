using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles.Preflight;

/// <param name="Blocks">Nothing is touched while it is so; else it is a warning.</param>
/// <param name="Reason">A CamelCase word for machines, one of <see cref="PreflightReasons"/> or of Cilium's findings.</param>
/// <param name="Message">What is wrong, where, what it means, and what to do.</param>
public sealed record PreflightFinding(bool Blocks, string Reason, string Message)
{
    /// <summary>Only a change of the platform itself helps, which no field of the spec is.</summary>
    public bool IsOfPlatform { get; init; }

    public static PreflightFinding Blocker(string reason, string message) => new(true, reason, message);

    public static PreflightFinding Warning(string reason, string message) => new(false, reason, message);

    public Blocker ToBlocker() => NetworkProfiles.Blocker.Preflight(IsOfPlatform ? PreflightPassed.PlatformActionNeeded : PreflightPassed.Blocked, Message) with { Finding = Reason };
}

/// <summary>The reasons that a <see cref="PreflightFinding"/> has.</summary>
public static class PreflightReasons
{
    public const string KernelTooOld = "KernelTooOld";

    public const string KernelOptionMissing = "KernelOptionMissing";

    /// <summary>Nodes that are to have direct routes to each other share no L2 network.</summary>
    public const string NotAdjacent = "NotAdjacent";

    /// <summary>No agent has looked at some nodes.</summary>
    public const string NodesNotInspected = "NodesNotInspected";

    /// <summary>Pod, service and node networks that must be disjoint aren't.</summary>
    public const string AddressOverlap = "AddressOverlap";

    public const string DuplicatePodCIDR = "DuplicatePodCIDR";

    public const string PodCIDRMissing = "PodCIDRMissing";

    public const string TooFewAddresses = "TooFewAddresses";

    public const string PathMtuTooSmall = "PathMtuTooSmall";

    public const string PortTaken = "PortTaken";

    public const string ApiServerUnreachable = "ApiServerUnreachable";

    public const string SingleApiServer = "SingleApiServer";

    public const string IPsecKeys = "IPsecKeys";

    public const string GatewayApiMissing = "GatewayApiMissing";

    /// <summary>Something of an earlier Cilium is left.</summary>
    public const string Leftovers = "Leftovers";

    /// <summary>Another network runs, or something would put it back.</summary>
    public const string OtherNetwork = "OtherNetwork";

    public const string PlatformLimit = "PlatformLimit";

    public const string NoServiceProxy = "NoServiceProxy";

    /// <summary>The running Cilium has another value of something that can't change.</summary>
    public const string Immutable = "Immutable";
}
