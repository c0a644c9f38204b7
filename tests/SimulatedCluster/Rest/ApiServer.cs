using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>
/// One request: faults → who is it → what is asked → may they → do it → log it. Every failure leaves as a V1Status.
/// </summary>
internal sealed class ApiServer(ObjectStore store, Authenticator authenticator, Authorizer authorizer, Discovery discovery, Subresources subresources, AdmissionPolicies policies, Faults faults, RequestLog log)
{
    private readonly ReadHandlers reads = new(store);
    private readonly WatchHandler watches = new(store);
    private readonly WriteHandlers writes = new(store, policies);

    /// <summary>Plain HTTP has no client certificates: whoever sends no token is the administrator.</summary>
    public bool TrustsEverybody { get; init; }

    public async Task HandleAsync(HttpContext context)
    {
        var info = RequestInfo.Parse(context.Request, store.Resources);
        var user = authenticator.Authenticate(context);
        if (TrustsEverybody && user == UserInfo.Anonymous)
        {
            user = UserInfo.Administrator;
        }

        var entry = log.Begin(context, info, user);
        try
        {
            await faults.ApplyAsync(context, info, user);
            await DispatchAsync(context, info, user);
        }
        catch (ApiException error) when (!context.Response.HasStarted)
        {
            await Reply.ErrorAsync(context, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (Exception error) when (error is not ApiException && !context.Response.HasStarted)
        {
            await Reply.ErrorAsync(context, ApiException.Internal(error.ToString()));
        }
        finally
        {
            log.End(entry, context.Response.StatusCode, context.Response.ContentLength);
        }
    }

    private async Task DispatchAsync(HttpContext context, RequestInfo? info, UserInfo? user)
    {
        if (user is null)
        {
            throw ApiException.Unauthorized();
        }

        if (Authenticator.Impersonated(context) is { } other)
        {
            authorizer.CheckImpersonation(user, other);
            user = other;
        }

        if (info is null)
        {
            authorizer.CheckPath(user, context.Request);
            if (!await discovery.TryHandleAsync(context))
            {
                await Reply.TextAsync(context, "404 page not found\n", 404);
            }

            return;
        }

        authorizer.Check(user, info);
        if (info.Resource is not { } resource || (resource.Namespaced && info.Namespace is null && info.Name.Length > 0))
        {
            await Reply.TextAsync(context, "404 page not found\n", 404);
            return;
        }

        if (info.Subresource.Length > 0 && info.Subresource is not "status" && await subresources.TryHandleAsync(context, info, user))
        {
            return;
        }

        if (info.Subresource is not ("" or "status") || (info.Subresource == "status" && !resource.HasStatus))
        {
            await Reply.TextAsync(context, "404 page not found\n", 404);
            return;
        }

        if (resource.IsReview)
        {
            await subresources.ReviewAsync(context, info, user);
            return;
        }

        await (info.Verb switch
        {
            "get" => reads.GetAsync(context, info),
            "list" => reads.ListAsync(context, info),
            "watch" => watches.WatchAsync(context, info),
            "create" => writes.CreateAsync(context, info, user),
            "update" => writes.UpdateAsync(context, info, user),
            "patch" => writes.PatchAsync(context, info, user),
            "delete" => writes.DeleteAsync(context, info, user),
            "deletecollection" => writes.DeleteCollectionAsync(context, info),
            _ => throw ApiException.MethodNotAllowed(),
        });
    }
}
