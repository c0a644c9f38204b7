using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>The Helm values of a NetworkProfile in a cluster: its spec, what its status shows as detected, and what valuesFrom names.</summary>
internal static class ClusterValues
{
    public static async Task<ProfileReview> ReviewAsync(IKubernetesClient client, V1Alpha1NetworkProfile profile, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var spec = profile.Spec ?? new NetworkProfileSpec();
        var sources = await new ValuesFromReader(client).ReadAsync(NetworkProfileDefaults.Resolve(spec).Cilium, cancellationToken);
        if (sources.Errors.Count > 0)
        {
            throw new CommandException(string.Join("; ", sources.Errors.Select(e => e.Message)), ExitCode.No);
        }

        if (!profile.IsCurrent())
        {
            profile = await ClusterLook.InsteadAsync(client, profile, environment, cancellationToken);
        }

        return SpecValidation.Review(spec, Context(profile.Status) with { ValuesFrom = sources.Documents, AllowedKnownBadVersion = NetworkProfileNames.AllowedKnownBadVersion(profile.Metadata) });
    }

    /// <summary>Everything that the operator detects shows in status.</summary>
    internal static ValuesContext Context(NetworkProfileStatus? status) => new()
    {
        NodeCount = status?.Nodes?.Total,
        ApiServerEndpoints = status?.Effective?.ApiServerEndpoints ?? [],
        Ipv4NativeRoutingCIDR = status?.Effective?.Ipv4NativeRoutingCIDR,
        Ipv6NativeRoutingCIDR = status?.Effective?.Ipv6NativeRoutingCIDR,
        FirstInstalledMinor = status?.Cilium?.InitialVersion,
        Platform = status?.Platform?.Kind,
    };
}
