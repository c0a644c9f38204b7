using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Hosting;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.Plugin.Views;
using NetProfile.Processes;

namespace NetProfile.Plugin;

/// <summary>
/// What the operator would say of a profile in this cluster now, found by this program: the same gathering, planning and reporting, by
/// the user's own rights. Nothing is written, and what only agents on the nodes could tell stays unmeasured.
/// </summary>
internal static class ClusterLook
{
    /// <summary>Where the guide installs the operator.</summary>
    private const string UsualNamespace = "netprofile-system";

    /// <param name="client">The cluster.</param>
    /// <param name="profile">As it would stand there.</param>
    /// <param name="values">What spec.cilium.valuesFrom names, where it comes with the profile; null takes the cluster's.</param>
    /// <param name="environment">Where this runs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The profile with the status that an operator would give it.</returns>
    public static async Task<V1Alpha1NetworkProfile> AtAsync(
        IKubernetesClient client, V1Alpha1NetworkProfile profile, IReadOnlyList<RawValues>? values, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        await using var services = Services(client, environment, await OperatorNamespaceAsync(client, cancellationToken));
        var gatherer = services.GetRequiredService<NetworkProfileGatherer>();
        await services.GetRequiredService<ListedOnce>().FillAsync(cancellationToken);
        var seen = await gatherer.GatherAsync(profile, cancellationToken);
        seen = values is null ? seen : seen with { ValuesFrom = new ValuesSources { Documents = values, Errors = [] } };
        var plan = NetworkProfilePlanner.Plan(profile, seen);
        return profile with { Status = NetworkProfileReporter.Report(profile, seen, plan, profile.Status?.Cilium?.LastAttempt, acting: false) };
    }

    /// <summary>The same where no operator has looked at the profile as it is, which is told.</summary>
    public static async Task<V1Alpha1NetworkProfile> InsteadAsync(IKubernetesClient client, V1Alpha1NetworkProfile profile, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        await environment.Error.WriteLineAsync($"note: {profile.Sentence()}; what follows was found by this program");
        return await AtAsync(client, profile, null, environment, cancellationToken);
    }

    private static ServiceProvider Services(IKubernetesClient client, CommandEnvironment environment, string operatorNamespace) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(environment.Clock)
        .AddSingleton(client)
        .AddSingleton<IHelmClient>(_ => HelmClient.ForReading(environment.Clock, client))
        .AddSingleton<IProcessTable, ProcProcessTable>()
        .AddSingleton(OperatorIdentity.Create(podUid: null))
        .AddSingleton(new NodeAgentLaunch { OnlyLooks = true, Image = "netprofile", Namespace = operatorNamespace })
        .AddSingleton<ListedOnce>()
        .AddSingleton<IInformerFactory>(provider => provider.GetRequiredService<ListedOnce>())
        .AddGathering()
        .BuildServiceProvider();

    /// <summary>There it keeps what a migration has taken away. Its Lease outlives it.</summary>
    private static async Task<string> OperatorNamespaceAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        try
        {
            var leases = await client.SendAsync(
                HttpMethod.Get, $"/apis/coordination.k8s.io/v1/leases?fieldSelector=metadata.name%3D{OperatorHost.LeaseName}", null, "application/json", cancellationToken);
            return (leases?["items"] as JsonArray ?? []).Select(lease => (string?)lease?["metadata"]?["namespace"]).FirstOrDefault(ns => ns is not null) ?? UsualNamespace;
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return UsualNamespace;
        }
    }
}
