namespace NetProfile.SimulatedCluster.Charts;

/// <summary>Small HTTP servers on a free port of 127.0.0.1.</summary>
internal static class Loopback
{
    public static WebApplication CreateServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    /// <summary>Starts the server; returns its address.</summary>
    public static async Task<Uri> StartAsync(WebApplication server, CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        return new Uri(server.Urls.First());
    }
}
