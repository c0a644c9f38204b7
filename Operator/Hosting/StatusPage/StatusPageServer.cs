using System.Net;

namespace NetProfile.Hosting.StatusPage;

/// <summary>A web server of its own: whatever is asked of it, health and metrics go on, and nothing of theirs is reached by its address.</summary>
internal sealed class StatusPageServer(StatusPageOptions options, PageState state, PageFeed feed, TimeProvider clock) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    public Uri Address => new(_app?.Urls.First() ?? throw new InvalidOperationException("the status page is not served"));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Address is not { } address)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        builder.WebHost.UseUrls(ListenAddress.Url(address));
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.Use(GuardAsync);
        _app.UseRouting();
        foreach (var asset in PageAssets.All)
        {
            _app.MapGet(asset.Path, () => Results.Bytes(asset.Content, asset.ContentType));
        }

        _app.MapGet("/state", () => Results.Bytes(state.Document(), "application/json"));
        _app.MapGet("/events", async (HttpContext context) =>
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _app.Lifetime.ApplicationStopping);
            await new EventStream(feed, clock).ServeAsync(context, ending.Token);
        });
        await _app.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (IsKnown(context.Request.Host.Host))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync($"{context.Request.Host.Host} is not a name of this page; name it in statusPage.hosts (--status-page-host)\n");
    }

    private bool IsKnown(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))
        || options.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
        || options.Hosts.Contains("*");
}
