using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace NetProfile.Operator.Scenarios.Observability;

internal sealed record OtlpSpan(string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A collector on loopback: takes OTLP by HTTP and by gRPC, and keeps what came.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _came = new(0);

    private OtlpCollector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    public ConcurrentDictionary<string, string> Resource { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, byte> Metrics { get; } = new(StringComparer.Ordinal);

    public ConcurrentBag<string> Paths { get; } = [];

    public static async Task<OtlpCollector> StartAsync(bool grpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.Run(collector.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Waits until this holds, looking after each export.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await _came.WaitAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _came.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        Paths.Add(context.Request.Path);
        if (context.Request.ContentType == "application/grpc")
        {
            // One message: a byte that says whether it is compressed, its length, itself.
            Assert.Equal(bytes.Length - 5, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
            bytes = bytes[5..];
        }

        Keep(context.Request.Path, ProtoMessage.Parse(bytes));
        context.Response.ContentType = context.Request.ContentType;
        if (context.Request.ContentType == "application/grpc")
        {
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }

        _came.Release();
    }

    /// <summary>Field numbers of opentelemetry/proto/{trace,metrics}/v1: resource_*=1, resource=1, scope_*=2, spans and metrics=2.</summary>
    private void Keep(string path, ProtoMessage request)
    {
        foreach (var attribute in request.All(1, 1, 1))
        {
            Resource[attribute.Text(1)] = Value(attribute);
        }

        foreach (var item in request.All(1, 2, 2))
        {
            if (path.Contains("trace", StringComparison.OrdinalIgnoreCase))
            {
                Spans.Enqueue(new OtlpSpan(item.Text(5), item.Hex(1), item.Hex(2), item.Hex(4), item.Messages(9).ToDictionary(a => a.Text(1), Value, StringComparer.Ordinal)));
            }
            else
            {
                Metrics[item.Text(1)] = 0;
            }
        }
    }

    private static string Value(ProtoMessage attribute) => attribute.Messages(2).Select(v => v.Text(1)).FirstOrDefault() ?? "";
}
