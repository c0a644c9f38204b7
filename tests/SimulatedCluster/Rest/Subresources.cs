using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Pods;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>Everything below an object but its status, and the reviews, which are questions and not objects.</summary>
internal sealed class Subresources(ObjectStore store, PodEndpoints pods, Evictions evictions, ScaleEndpoint scale, Reviews reviews, Authenticator authenticator)
{
    public async Task<bool> TryHandleAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        if (!info.Resource!.Subresources.Contains(info.Subresource))
        {
            return false;
        }

        switch (info.Resource!.QualifiedPlural, info.Subresource, info.Verb)
        {
            case ("pods", "log", "get"):
                await pods.LogAsync(context, info);
                return true;
            case ("pods", "exec", "get" or "create"):
                await pods.ExecAsync(context, info);
                return true;
            case ("pods", "eviction", "create"):
                await evictions.EvictAsync(context, info);
                return true;
            case ("pods", "binding", "create"):
                await BindAsync(context, info);
                return true;
            case ("serviceaccounts", "token", "create"):
                await TokenAsync(context, info);
                return true;
            case ("namespaces", "finalize", "update"):
                await FinalizeAsync(context, info, user);
                return true;
            case (_, "scale", "get" or "update" or "patch"):
                await scale.HandleAsync(context, info, user);
                return true;
            default:
                return false;
        }
    }

    public Task ReviewAsync(HttpContext context, RequestInfo info, UserInfo user) => reviews.HandleAsync(context, info, user);

    private async Task BindAsync(HttpContext context, RequestInfo info)
    {
        var binding = await RequestBody.ReadObjectAsync(context, info, "Binding");
        store.Update(info.Resource!, info.Namespace, info.Name, pod =>
        {
            var next = (JsonObject)pod.DeepClone();
            if (next.Str("spec", "nodeName") is { Length: > 0 } node)
            {
                throw ApiException.Conflict(info.Resource!, info.Name, $"pod {info.Name} is already assigned to node \"{node}\"");
            }

            next.Ensure("spec")["nodeName"] = binding.Str("target", "name");
            return next;
        }, new WriteOptions { Subresource = "binding" });
        await Reply.JsonAsync(context, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 }, 201);
    }

    private async Task TokenAsync(HttpContext context, RequestInfo info)
    {
        var request = await RequestBody.ReadObjectAsync(context, info, "TokenRequest");
        var account = store.Find(info.Resource!, info.Namespace, info.Name) ?? throw ApiException.NotFound(info.Resource!, info.Name);
        var lifetime = TimeSpan.FromSeconds(request.Long("spec", "expirationSeconds") ?? 3600);
        var user = UserInfo.ServiceAccount(info.Namespace!, info.Name, account.Value.Uid());
        if (request.Obj("spec", "boundObjectRef") is { } bound && bound.Str("kind") == "Pod")
        {
            var pod = store.Get("pods", info.Namespace, bound.Str("name") ?? "") ?? throw ApiException.NotFound(store.Resources.Get("pods"), bound.Str("name") ?? "");
            user = user.BoundTo(pod, store.Get("nodes", null, pod.Str("spec", "nodeName") ?? ""));
        }

        request["metadata"] = new JsonObject { ["name"] = info.Name, ["namespace"] = info.Namespace, ["creationTimestamp"] = ObjectLifecycle.Now(store.Time) };
        request["apiVersion"] = "authentication.k8s.io/v1";
        request["kind"] = "TokenRequest";
        request.Ensure("spec")["expirationSeconds"] = (long)lifetime.TotalSeconds;
        request["status"] = new JsonObject
        {
            ["token"] = authenticator.IssueToken(user, lifetime, request.Arr("spec", "audiences").Strings().FirstOrDefault("https://kubernetes.default.svc.cluster.local")),
            ["expirationTimestamp"] = ObjectLifecycle.Stamp(store.Time.GetUtcNow().Add(lifetime)),
        };
        await Reply.JsonAsync(context, request, 201);
    }

    private async Task FinalizeAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        var body = await RequestBody.ReadObjectAsync(context, info);
        var stored = store.Update(info.Resource!, null, info.Name, current =>
        {
            var next = (JsonObject)current.DeepClone();
            next["spec"] = body["spec"]?.DeepClone() ?? new JsonObject();
            return next;
        }, WriteHandlers.Options(context, info, user));
        await Reply.BytesAsync(context, stored.Utf8);
    }
}
