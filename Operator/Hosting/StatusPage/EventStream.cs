using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;

namespace NetProfile.Hosting.StatusPage;

/// <summary>Server-sent events: one a change; a comment now and then finds out those who have gone (https://html.spec.whatwg.org/#server-sent-events).</summary>
internal sealed class EventStream(PageFeed feed, TimeProvider clock)
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public async Task ServeAsync(HttpContext context, CancellationToken ending)
    {
        if (feed.TryJoin() is not { } changes)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "text/event-stream";
            while (true)
            {
                await WriteAsync(context.Response, await NextAsync(changes.Reader, ending), ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The browser has gone, or this program is ending.
        }
        finally
        {
            feed.Leave(changes);
        }
    }

    /// <returns>null when nothing has changed for a while.</returns>
    private async Task<byte[]?> NextAsync(ChannelReader<byte[]> changes, CancellationToken ending)
    {
        using var quiet = new CancellationTokenSource(s_heartbeat, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending, quiet.Token);
        try
        {
            return await changes.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task WriteAsync(HttpResponse response, byte[]? document, CancellationToken cancellationToken)
    {
        if (document is null)
        {
            await response.WriteAsync(":\n\n", cancellationToken);
        }
        else
        {
            await response.WriteAsync("data: ", cancellationToken);
            await response.Body.WriteAsync(document, cancellationToken);
            await response.WriteAsync("\n\n", cancellationToken);
        }

        await response.Body.FlushAsync(cancellationToken);
    }
}
