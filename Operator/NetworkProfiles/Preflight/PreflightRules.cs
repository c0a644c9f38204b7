namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// What the API and the nodes' own word tell about the cluster's fitness, before anything is touched: every rule is asked, so all is
/// said at once. Pure.
/// </summary>
internal static class PreflightRules
{
    private static readonly Func<PreflightInput, IEnumerable<PreflightFinding>>[] s_rules =
    [
        KernelRules.Check,
        PodNetworkRules.Check,
        NodeCidrRules.Check,
        NeighbourRules.Check,
        MtuRules.Check,
        PortRules.Check,
        ApiServerRules.Check,
        ServiceProxyRules.Check,
        EncryptionRules.Check,
        GatewayApiRules.Check,
        LeftoverRules.Check,
        OtherNetworkRules.Check,
        ImmutabilityRules.Check,
        PlatformRules.Check,
    ];

    public static IReadOnlyList<PreflightFinding> Check(PreflightInput input) => [.. s_rules.SelectMany(rule => rule(input))];
}
