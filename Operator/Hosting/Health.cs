using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;
using NetProfile.NetworkProfiles;

namespace NetProfile.Hosting;

/// <summary>
/// <c>/healthz</c> says that the process runs: an API server that is away is no reason to kill the one program that can mend the
/// network. <c>/readyz</c> says whether it sees the cluster.
/// </summary>
internal static class Health
{
    /// <summary>A watch says something at least once a minute (bookmarks).</summary>
    private static readonly TimeSpan s_recent = TimeSpan.FromMinutes(2);

    public static void Map(WebApplication app)
    {
        app.UseRouting();
        app.MapGet("/healthz", () => "ok");
        app.MapGet("/readyz", (ApiContact contact, IInformerFactory informers) => Ready(contact, informers) is { } trouble
            ? Results.Text(trouble, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok"));
    }

    private static string? Ready(ApiContact contact, IInformerFactory informers)
    {
        if (!contact.IsRecent(s_recent))
        {
            return $"the API server has not answered since {contact.LastAnswer?.ToString("u") ?? "the start"}: {contact.LastFailure}";
        }

        return informers.GetInformer<V1Alpha1NetworkProfile>(ClusterCaches.ProfileOptions) is { Lister.HasSynced: false } informer
            ? $"NetworkProfiles have not been listed: {informer.LastError?.Message ?? "the first list is under way"}"
            : null;
    }
}
