using System.Net;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>What a scraper does.</summary>
internal static class Scrape
{
    public static async Task<Exposition> OpenMetricsAsync(Uri address) =>
        Exposition.Parse(await TextAsync(address, "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1"), openMetrics: true);

    /// <summary>Scrapes until this holds: what is read from the operator's caches follows the API server by a moment.</summary>
    public static async Task<Exposition> UntilAsync(Uri address, Func<Exposition, bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var seen = await OpenMetricsAsync(address);
            if (holds(seen))
            {
                return seen;
            }

            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public static async Task<Exposition> PrometheusAsync(Uri address) => Exposition.Parse(await TextAsync(address, "text/plain;version=0.0.4"), openMetrics: false);

    public static async Task<string> TextAsync(Uri address, string accept)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var type = accept.StartsWith("application/openmetrics-text", StringComparison.Ordinal) ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
