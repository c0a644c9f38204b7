using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Helm.Releases;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles;

namespace NetProfile.Plugin.Diffs;

/// <summary>The manifest of the release that runs, from its Secret, against what helm renders of the chart and the values that the profile asks for.</summary>
internal static class ReleaseDiff
{
    private const string ChartName = "cilium";

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    public static async Task<string> OfAsync(IKubernetesClient client, V1Alpha1NetworkProfile profile, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var review = await ClusterValues.ReviewAsync(client, profile, environment, cancellationToken);
        if (!review.Accepted || review.Values is not { } values)
        {
            throw new CommandException("the profile is refused, so there is nothing to compare: netprofile values says why", ExitCode.No);
        }

        var cilium = review.Spec.Cilium;
        var release = new HelmReleaseName(cilium.Namespace, cilium.ReleaseName);
        using var helm = HelmClient.ForReading(environment.Clock);
        var fetched = await helm.FetchChartAsync(
            new HelmChart { Repository = cilium.ChartRepository, Name = ChartName, Version = cilium.Version, Digest = cilium.ChartDigest }, cancellationToken);
        if (fetched.Chart is not { } chart)
        {
            throw new CommandException(fetched.Message, ExitCode.No);
        }

        var server = await client.SendAsync(HttpMethod.Get, "/version", null, "application/json", cancellationToken);
        var rendered = await helm.TemplateAsync(
            new HelmUpgrade { Release = release, Chart = chart, Values = values, Timeout = s_timeout, KubeVersion = ((string?)server?["gitVersion"])?.TrimStart('v') }, cancellationToken);
        return rendered.Succeeded
            ? ManifestDiff.Of(RenderedObject.ReadAll(await LiveAsync(client, release, cancellationToken), release.Namespace), RenderedObject.ReadAll(rendered.Output, release.Namespace))
            : throw new CommandException(rendered.Message, ExitCode.No);
    }

    /// <returns>Nothing where there is no release: everything is added then.</returns>
    private static async Task<string> LiveAsync(IKubernetesClient client, HelmReleaseName release, CancellationToken cancellationToken)
    {
        var selector = Uri.EscapeDataString($"owner=helm,name={release.Name},status=deployed");
        var secrets = await client.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{release.Namespace}/secrets?labelSelector={selector}", null, "application/json", cancellationToken);
        var data = (secrets?["items"] as JsonArray ?? []).Select(secret => (string?)secret?["data"]?["release"]).LastOrDefault(payload => payload is not null);
        return data is null ? "" : (string?)ReleasePayload.Decode(Convert.FromBase64String(data), json => JsonNode.Parse(json.Span))?["manifest"] ?? "";
    }
}
