using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace NetProfile.SimulatedCluster.Charts;

/// <summary>
/// The reading half of an OCI registry on loopback, enough for <c>helm pull oci://…</c> with <c>--plain-http</c>:
/// manifests by tag and by digest, blobs, tags.
/// </summary>
public sealed class OciRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private readonly WebApplication server;
    private readonly Dictionary<string, (string Type, byte[] Content)> content = [];
    private readonly Dictionary<string, List<string>> tags = [];
    private readonly ConcurrentQueue<string> requests = new();
    private Uri address = new("http://127.0.0.1");

    private OciRegistry(WebApplication server) => this.server = server;

    /// <summary>When set, every request is answered with this status.</summary>
    public int? FailWith { get; set; }

    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>What stands before a chart's name: <c>oci://127.0.0.1:port/charts</c>.</summary>
    public string Repository => $"oci://{address.Authority}/charts";

    public static async Task<OciRegistry> StartAsync(IEnumerable<ChartPackage> packages, CancellationToken cancellationToken)
    {
        var server = Loopback.CreateServer();
        var registry = new OciRegistry(server);
        foreach (var package in packages)
        {
            registry.Add(package);
        }

        server.Run(registry.AnswerAsync);
        registry.address = await Loopback.StartAsync(server, cancellationToken);
        return registry;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private void Add(ChartPackage package)
    {
        var repository = $"charts/{package.Name}";
        var config = Encoding.UTF8.GetBytes($$"""{"name":"{{package.Name}}","version":"{{package.Version}}","apiVersion":"v2"}""");
        var configDigest = AddBlob(repository, config);
        var chartDigest = AddBlob(repository, package.Archive);
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
            "config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{{configDigest}}","size":{{config.Length}}},
            "layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"{{chartDigest}}","size":{{package.Archive.Length}}}]}
            """);
        content[$"/v2/{repository}/manifests/{package.Version}"] = (ManifestType, manifest);
        content[$"/v2/{repository}/manifests/{Digest(manifest)}"] = (ManifestType, manifest);
        if (!tags.TryGetValue(repository, out var known))
        {
            tags[repository] = known = [];
        }

        known.Add(package.Version);
    }

    private string AddBlob(string repository, byte[] blob)
    {
        content[$"/v2/{repository}/blobs/{Digest(blob)}"] = ("application/octet-stream", blob);
        return Digest(blob);
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        requests.Enqueue($"{context.Request.Method} {path}");
        if (FailWith is { } status)
        {
            context.Response.StatusCode = status;
        }
        else if (path.EndsWith("/tags/list", StringComparison.Ordinal) && tags.TryGetValue(path["/v2/".Length..^"/tags/list".Length], out var known))
        {
            var list = string.Join(',', known.Select(tag => $"\"{tag}\""));
            await context.Response.WriteAsync($$"""{"name":"{{path["/v2/".Length..^"/tags/list".Length]}}","tags":[{{list}}]}""", context.RequestAborted);
        }
        else if (content.TryGetValue(path, out var found))
        {
            context.Response.ContentType = found.Type;
            context.Response.ContentLength = found.Content.Length;
            context.Response.Headers["Docker-Content-Digest"] = Digest(found.Content);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await context.Response.Body.WriteAsync(found.Content, context.RequestAborted);
            }
        }
        else if (path != "/v2/")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
