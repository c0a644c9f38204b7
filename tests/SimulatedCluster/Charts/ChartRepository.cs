using System.Collections.Concurrent;
using System.Text;

namespace NetProfile.SimulatedCluster.Charts;

/// <summary>A Helm repository on loopback: <c>index.yaml</c> and the archives. It can be told to fail, and remembers what was asked.</summary>
public sealed class ChartRepository : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentDictionary<string, ChartPackage> packages;
    private readonly ConcurrentQueue<string> requests = new();

    private ChartRepository(WebApplication server, IEnumerable<ChartPackage> packages)
    {
        this.server = server;
        this.packages = new(packages.Select(package => KeyValuePair.Create(package.FileName, package)));
    }

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>When set, every request is answered with this status.</summary>
    public int? FailWith { get; set; }

    /// <summary>Paths asked for, in order.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    public static async Task<ChartRepository> StartAsync(IEnumerable<ChartPackage> packages, CancellationToken cancellationToken)
    {
        var server = Loopback.CreateServer();
        var repository = new ChartRepository(server, packages);
        server.Run(repository.AnswerAsync);
        repository.Url = await Loopback.StartAsync(server, cancellationToken);
        return repository;
    }

    /// <summary>Adds a chart, or replaces the one of the same name and version (as a repository must never do).</summary>
    public void Publish(ChartPackage package) => packages[package.FileName] = package;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        requests.Enqueue(path);
        if (FailWith is { } status)
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        if (path == "/index.yaml")
        {
            context.Response.ContentType = "application/yaml";
            return context.Response.WriteAsync(Index(), context.RequestAborted);
        }

        if (path.StartsWith("/charts/", StringComparison.Ordinal) && packages.TryGetValue(path["/charts/".Length..], out var package))
        {
            context.Response.ContentType = "application/gzip";
            return context.Response.Body.WriteAsync(package.Archive, context.RequestAborted).AsTask();
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private string Index()
    {
        var index = new StringBuilder("apiVersion: v1\ngenerated: \"2026-01-01T00:00:00Z\"\nentries:\n");
        foreach (var chart in packages.Values.GroupBy(package => package.Name))
        {
            index.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {chart.Key}:\n");
            foreach (var package in chart.OrderByDescending(package => package.Version, StringComparer.Ordinal))
            {
                index.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
                      - apiVersion: v2
                        name: {package.Name}
                        version: {package.Version}
                        appVersion: {package.Version}
                        created: "2026-01-01T00:00:00Z"
                        digest: {package.Digest["sha256:".Length..]}
                        urls: ["charts/{package.FileName}"]

                    """);
            }
        }

        return index.ToString();
    }
}
