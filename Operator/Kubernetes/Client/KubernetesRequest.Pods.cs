using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Kubernetes.Client;

public sealed partial record KubernetesRequest
{
    public static KubernetesRequest Delete(EntityMetadata entity, NamespacedName name, DeleteOptions options) => new()
    {
        Method = HttpMethod.Delete,
        PathAndQuery = KubernetesPath.Object(entity, name),
        Body = Bytes(DeleteBody(options)),
        ContentType = Json,
        Idempotent = true,
    };

    /// <summary>policy/v1 Eviction (Kubernetes 1.22+). Evicting twice is evicting once; a 429 is the budget's answer.</summary>
    public static KubernetesRequest Evict(NamespacedName pod, DeleteOptions options) => new()
    {
        Method = HttpMethod.Post,
        PathAndQuery = KubernetesPath.Object(V1Pod.Entity, pod, "eviction"),
        Body = Bytes(new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace },
            ["deleteOptions"] = DeleteBody(options),
        }),
        ContentType = Json,
        Idempotent = true,
        RetryTooManyRequests = false,
    };

    public static KubernetesRequest Log(NamespacedName pod, PodLogOptions options) => new()
    {
        Method = HttpMethod.Get,
        PathAndQuery = KubernetesPath.Object(V1Pod.Entity, pod, "log") + new QueryBuilder()
            .Add("container", options.Container)
            .Add("previous", options.Previous ? true : null)
            .Add("tailLines", options.TailLines),
        Accept = "*/*",
        Idempotent = true,
        Slow = true,
    };

    /// <summary>The WebSocket upgrade; the command is one query parameter per argument.</summary>
    public static KubernetesRequest Exec(NamespacedName pod, ExecOptions options)
    {
        var query = new QueryBuilder();
        foreach (var argument in options.Command)
        {
            query.Add("command", argument);
        }

        query.Add("container", options.Container).Add("stdin", options.StandardInput.Length > 0 ? true : null).Add("stdout", true).Add("stderr", true);
        return new KubernetesRequest
        {
            Method = HttpMethod.Get,
            PathAndQuery = KubernetesPath.Object(V1Pod.Entity, pod, "exec") + query,
            Idempotent = false,
            Streaming = true,
        };
    }

    private static JsonObject DeleteBody(DeleteOptions options)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (options.GracePeriodSeconds is { } grace)
        {
            body["gracePeriodSeconds"] = grace;
        }

        if (options.PropagationPolicy is { } policy)
        {
            body["propagationPolicy"] = policy;
        }

        var preconditions = new JsonObject();
        if (options.PreconditionUid is { } uid)
        {
            preconditions["uid"] = uid;
        }

        if (options.PreconditionResourceVersion is { } version)
        {
            preconditions["resourceVersion"] = version;
        }

        if (preconditions.Count > 0)
        {
            body["preconditions"] = preconditions;
        }

        if (options.DryRun)
        {
            body["dryRun"] = new JsonArray("All");
        }

        return body;
    }
}
