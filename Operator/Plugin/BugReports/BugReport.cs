using System.Globalization;
using NetProfile.Commands;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Plugin.BugReports;

/// <summary>Collects what there is. What can't be had is named in the report and stops nothing else.</summary>
internal static class BugReport
{
    private const int Parallel = 5;

    private static readonly TimeSpan s_itemLimit = TimeSpan.FromSeconds(30);

    /// <returns>What couldn't be had.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        IKubernetesClient client, ReportOptions options, Stream stream, string root, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        await using var archive = new ReportArchive(stream, root, environment.Clock.GetUtcNow());
        await archive.AddAsync("about.txt", About(options, environment), cancellationToken);
        var items = ObjectItems.All(client, options).ToList();
        try
        {
            items.AddRange(await PodItems.AllAsync(client, options, cancellationToken));
        }
        catch (KubernetesException e)
        {
            archive.Troubles.Add($"pods: {e.Message}");
        }

        // Reading goes in parallel, writing in order: the archive is one stream.
        foreach (var batch in items.Chunk(Parallel))
        {
            var texts = await Task.WhenAll(batch.Select(item => ReadAsync(item, environment, cancellationToken)));
            foreach (var (item, (text, trouble)) in batch.Zip(texts))
            {
                if (trouble is not null)
                {
                    archive.Troubles.Add($"{item.Path}: {trouble}");
                }
                else
                {
                    await archive.AddAsync(item.Path, text!, cancellationToken);
                }
            }
        }

        var troubles = archive.Troubles.ToList();
        if (troubles.Count > 0)
        {
            await archive.AddAsync("not-collected.txt", string.Join('\n', troubles) + "\n", cancellationToken);
        }

        return troubles;
    }

    private static async Task<(string? Text, string? Trouble)> ReadAsync(ReportItem item, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_itemLimit, environment.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (await item.Read(either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"no answer within {s_itemLimit.TotalSeconds} seconds"));
        }
        catch (Exception e) when (e is KubernetesException or CommandException or IOException or HttpRequestException or System.Text.Json.JsonException)
        {
            return (null, e.Message);
        }
    }

    private static string About(ReportOptions options, CommandEnvironment environment) => string.Create(CultureInfo.InvariantCulture, $"""
        netprofile {ProgramVersion.Text}
        taken at {environment.Clock.GetUtcNow():u}
        release {options.Namespace}/{options.ReleaseName}
        at most {options.MaxAgents} agents, {options.LogLines} lines of each log
        What looks secret was taken out; look through it all the same before you pass it on.

        """);
}
