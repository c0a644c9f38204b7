using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace NetProfile.Helm.Charts;

/// <summary>A classic chart repository: an index.yaml, and archives that it names.</summary>
internal sealed class HttpChartRepository(HttpClient http, TimeSpan timeout, TimeProvider time)
{
    private const int LargestIndex = 256 * 1024 * 1024;
    private const int LargestArchive = 64 * 1024 * 1024;

    public async Task<byte[]> DownloadAsync(HelmChart chart, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(chart.Repository.TrimEnd('/') + "/", UriKind.Absolute, out var root))
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, $"\"{chart.Repository}\" is not the URL of a chart repository");
        }

        var shown = Shown(root);
        var index = await GetAsync(root, new Uri(root, "index.yaml"), LargestIndex, $"{shown} has no index.yaml: it is not a chart repository", cancellationToken);
        var entry = Find(chart, index, shown);
        var link = entry.Urls is [var first, ..] ? first : throw new ChartProblem(HelmFailure.ChartNotFound, $"the index of {shown} names no file for {chart.Name} {chart.Version}");
        var file = new Uri(root, link);
        if (file.Scheme is not ("http" or "https"))
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, $"the index of {shown} leads to {file.Scheme}://… for {chart.Name} {chart.Version}; use that as the repository");
        }

        var content = await GetAsync(root, file, LargestArchive, $"the index of {shown} names {Shown(file)}, which does not exist", cancellationToken);
        var digest = ChartCache.DigestOf(content);
        if (entry.Digest is { Length: > 0 } promised && !digest.EndsWith(promised, StringComparison.OrdinalIgnoreCase))
        {
            throw new ChartProblem(HelmFailure.DigestMismatch, $"the index of {shown} promises {chart.Name} {chart.Version} with digest {promised}, but the file has {digest}");
        }

        return content;
    }

    private static IndexEntry Find(HelmChart chart, byte[] index, string shown)
    {
        IReadOnlyList<IndexEntry>? entries;
        try
        {
            using var reader = new StreamReader(new MemoryStream(index), Encoding.UTF8);
            entries = RepositoryIndex.EntriesOf(reader, chart.Name);
        }
        catch (InvalidDataException e)
        {
            throw new ChartProblem(HelmFailure.RepositoryUnreachable, $"the index.yaml of {shown} cannot be read: {e.Message}", e);
        }

        if (entries is null)
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, $"{shown} has no chart {chart.Name}");
        }

        return entries.FirstOrDefault(entry => entry.Version == chart.Version)
            ?? entries.FirstOrDefault(entry => ChartVersions.AreSame(entry.Version, chart.Version))
            ?? throw new ChartProblem(HelmFailure.ChartNotFound, NotFound(chart, entries, shown));
    }

    private static string NotFound(HelmChart chart, IReadOnlyList<IndexEntry> entries, string shown)
    {
        var nearest = ChartVersions.Nearest(chart.Version, entries.Select(entry => entry.Version));
        return $"{shown} has no {chart.Name} {chart.Version}{(nearest.Count == 0 ? "" : $"; the nearest are {string.Join(", ", nearest)}")}";
    }

    private async Task<byte[]> GetAsync(Uri root, Uri url, int limit, string missing, CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            // Credentials in the URL are for the repository's own host, not for where its index leads.
            if (root.UserInfo.Length > 0 && url.Authority == root.Authority)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(root.UserInfo))));
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                throw new ChartProblem(HelmFailure.ChartNotFound, missing);
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new ChartProblem(HelmFailure.RepositoryUnreachable, $"{Shown(url)} answers {(int)response.StatusCode} {response.ReasonPhrase}");
            }

            return await ReadAsync(response.Content, url, limit, stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ChartProblem(HelmFailure.RepositoryUnreachable, $"{Shown(url)} cannot be reached: {(e.InnerException ?? e).Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChartProblem(HelmFailure.RepositoryUnreachable, $"{Shown(url)} did not answer within {timeout.TotalSeconds:0} s", e);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, Uri url, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[81920];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > limit)
            {
                throw new ChartProblem(HelmFailure.RepositoryUnreachable, $"{Shown(url)} is larger than {limit / 1024 / 1024} MiB");
            }
        }

        return kept.ToArray();
    }

    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
}
