using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Rest;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Pods;

/// <summary>pods/log and pods/exec.</summary>
internal sealed class PodEndpoints(ObjectStore store, Func<IPodRuntime> runtime)
{
    public async Task LogAsync(HttpContext context, RequestInfo info)
    {
        var (pod, container) = Target(context, info);
        var query = context.Request.Query;
        var log = new PodLog
        {
            Pod = pod,
            Container = container,
            Previous = RequestInfo.Flag(context.Request, "previous"),
            Follow = RequestInfo.Flag(context.Request, "follow"),
            TailLines = int.TryParse(query["tailLines"], System.Globalization.CultureInfo.InvariantCulture, out var tail) ? tail : null,
        };
        context.Response.ContentType = "text/plain";
        if (string.IsNullOrEmpty(pod.Str("spec", "nodeName")))
        {
            // Not scheduled: an empty log, no error.
            return;
        }

        try
        {
            await foreach (var line in runtime().LogAsync(log, context.RequestAborted))
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (PodRuntimeException error) when (!context.Response.HasStarted)
        {
            throw Refused(error);
        }
    }

    public async Task ExecAsync(HttpContext context, RequestInfo info)
    {
        var (pod, container) = Target(context, info);
        var query = context.Request.Query;
        if (pod.Str("status", "phase") is "Succeeded" or "Failed")
        {
            throw ApiException.BadRequest($"cannot exec into a container in a completed pod; current phase is {pod.Str("status", "phase")}");
        }

        if (string.IsNullOrEmpty(pod.Str("spec", "nodeName")))
        {
            throw ApiException.BadRequest($"pod {info.Name} does not have a host assigned");
        }

        if (query["command"].Count == 0)
        {
            throw ApiException.BadRequest("you must specify at least 1 command for the container");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw ApiException.BadRequest("Upgrade request required");
        }

        var protocol = ExecSocket.Choose(context.WebSockets.WebSocketRequestedProtocols)
            ?? throw ApiException.Create(403, "Forbidden", "no supported WebSocket subprotocol was offered");
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        await using var exec = new ExecSocket(socket, protocol, wantsInput: RequestInfo.Flag(context.Request, "stdin"));
        var status = await RunAsync(new PodExec
        {
            Pod = pod,
            Container = container,
            Command = [.. query["command"].OfType<string>()],
            StandardInput = exec.Input,
            StandardOutput = exec.Output(1),
            StandardError = exec.Output(RequestInfo.Flag(context.Request, "tty") ? (byte)1 : (byte)2),
            Tty = RequestInfo.Flag(context.Request, "tty"),
        }, context.RequestAborted);
        await exec.FinishAsync(status, context.RequestAborted);
    }

    private async Task<JsonObject> RunAsync(PodExec exec, CancellationToken cancellationToken)
    {
        try
        {
            var code = await runtime().ExecAsync(exec, cancellationToken);
            return code == 0
                ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
                : new JsonObject
                {
                    ["metadata"] = new JsonObject(),
                    ["status"] = "Failure",
                    ["message"] = $"command terminated with non-zero exit code: error executing command [{string.Join(' ', exec.Command)}], exit code {code}",
                    ["reason"] = "NonZeroExitCode",
                    ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = $"{code}" }) },
                };
        }
        catch (PodRuntimeException error)
        {
            return Refused(error).Status;
        }
    }

    private (JsonObject Pod, string Container) Target(HttpContext context, RequestInfo info)
    {
        var pod = (store.Find(info.Resource!, info.Namespace, info.Name) ?? throw ApiException.NotFound(info.Resource!, info.Name)).Value;
        var names = pod.Arr("spec", "containers").Objects().Concat(pod.Arr("spec", "initContainers").Objects()).Select(container => container.Str("name") ?? "").ToList();
        var regular = pod.Arr("spec", "containers").Objects().Select(container => container.Str("name") ?? "").ToList();
        var asked = context.Request.Query["container"].ToString();
        if (asked.Length == 0)
        {
            return regular.Count == 1 ? (pod, regular[0])
                : throw ApiException.BadRequest($"a container name must be specified for pod {info.Name}, choose one of: [{string.Join(' ', regular)}]");
        }

        if (!names.Contains(asked))
        {
            throw ApiException.BadRequest($"container {asked} is not valid for pod {info.Name}");
        }

        return (pod, asked);
    }

    private static ApiException Refused(PodRuntimeException error) =>
        ApiException.Create(error.Code, error.Code switch { 400 => "BadRequest", 404 => "NotFound", _ => "InternalError" }, error.Message);
}
