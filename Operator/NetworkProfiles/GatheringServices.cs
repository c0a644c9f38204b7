using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Hubble;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Preflight;

namespace NetProfile.NetworkProfiles;

/// <summary>All that reads a cluster for a profile, for the operator and for whoever looks without one.</summary>
internal static class GatheringServices
{
    public static IServiceCollection AddGathering(this IServiceCollection services)
    {
        services.AddSingleton<ClusterCaches>();
        services.AddSingleton<PendingHolderProof>();
        services.AddSingleton<ValuesFromReader>();
        services.AddSingleton<ForeignOwnerDetector>();
        services.AddSingleton<ClusterSurveyor>();
        services.AddSingleton<CiliumConfigReader>();
        services.AddSingleton<AgentInterview>();
        services.AddSingleton<AgentInspector>();
        services.AddSingleton<PodCounter>();
        services.AddSingleton<HopReader>();
        services.AddSingleton<HubbleCertificateReader>();
        services.AddSingleton<NetworkProfileGatherer>();
        return services;
    }
}
