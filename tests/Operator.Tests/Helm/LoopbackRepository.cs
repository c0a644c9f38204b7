using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetProfile.Helm.Charts;

namespace NetProfile.Operator.Tests.Helm;

/// <summary>An HTTP server on loopback that is a chart repository and an OCI registry at once; what it serves is set by path.</summary>
internal sealed class LoopbackRepository : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, (byte[] Content, string Type)> files = new();

    private LoopbackRepository(WebApplication app) => this.app = app;

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>When set, the answer to everything.</summary>
    public int? Status { get; set; }

    public string Url => app.Urls.First();

    public string Authority => new Uri(Url).Authority;

    public static async Task<LoopbackRepository> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var repository = new LoopbackRepository(builder.Build());
        repository.app.Run(repository.AnswerAsync);
        await repository.app.StartAsync();
        return repository;
    }

    public void Serve(string path, byte[] content, string type = "application/octet-stream") => files[path] = (content, type);

    public void ServeIndex(params (string Name, string Version, string Url, string? Digest)[] charts)
    {
        var index = new StringBuilder("apiVersion: v1\ngenerated: \"2026-01-01T00:00:00Z\"\nentries:\n  another:\n  - version: 0.0.1\n    urls: [x.tgz]\n");
        foreach (var group in charts.GroupBy(chart => chart.Name))
        {
            index.Append(CultureInfo.InvariantCulture, $"  {group.Key}:\n");
            foreach (var (_, version, url, digest) in group)
            {
                index.Append(CultureInfo.InvariantCulture, $"  - name: {group.Key}\n    annotations: {{a: \"b\"}}\n    maintainers:\n    - name: x\n    version: {version}\n    digest: {digest ?? "\"\""}\n    urls:\n    - {url}\n");
            }
        }

        Serve("/charts/index.yaml", Encoding.UTF8.GetBytes(index.ToString()));
    }

    /// <returns>The digest of the manifest.</returns>
    public string ServeOci(string name, string tag, byte[] chart)
    {
        var config = Encoding.UTF8.GetBytes($$"""{"name":"cilium","version":"{{tag}}","apiVersion":"v2"}""");
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{{ChartCache.DigestOf(config)}}","size":{{config.Length}}},
             "layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"{{ChartCache.DigestOf(chart)}}","size":{{chart.Length}}}]}
            """);
        var digest = ChartCache.DigestOf(manifest);
        foreach (var reference in new[] { tag, digest })
        {
            Serve($"/v2/{name}/manifests/{reference}", manifest, "application/vnd.oci.image.manifest.v1+json");
        }

        Serve("/v2/", "{}"u8.ToArray(), "application/json");
        Serve($"/v2/{name}/blobs/{ChartCache.DigestOf(config)}", config);
        Serve($"/v2/{name}/blobs/{ChartCache.DigestOf(chart)}", chart);
        return digest;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue($"{request.Method} {request.Path}{(request.Headers.Authorization.Count > 0 ? " authorized" : "")}");
        if (Status is { } status)
        {
            context.Response.StatusCode = status;
        }
        else if (files.TryGetValue(request.Path, out var file))
        {
            context.Response.ContentType = file.Type;
            context.Response.ContentLength = file.Content.Length;
            context.Response.Headers["Docker-Content-Digest"] = ChartCache.DigestOf(file.Content);
            if (!HttpMethods.IsHead(request.Method))
            {
                await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
            }
        }
        else
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("""{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""", context.RequestAborted);
        }
    }
}
