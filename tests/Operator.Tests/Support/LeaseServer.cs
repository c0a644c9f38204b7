using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;

namespace NetProfile.Operator.Tests.Support;

/// <summary>The one Lease of an API server, with its optimistic lock and its watches.</summary>
public sealed class LeaseServer
{
    private readonly Lock _lock = new();
    private readonly List<PipeWriter> _watches = [];
    private int _version;

    public LeaseServer() => Server = new ScriptedServer(async (request, cancellationToken) =>
    {
        if (Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        return Respond(request);
    });

    public ScriptedServer Server { get; }

    public JsonObject? Lease { get; private set; }

    /// <summary>The server cannot be reached.</summary>
    public bool Down { get; set; }

    /// <summary>It can, and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whoever watches has read of the last change.</summary>
    public Task Told { get; private set; } = Task.CompletedTask;

    public string? Holder => (string?)Lease?["spec"]?["holderIdentity"];

    public void Set(string holder, int seconds)
    {
        lock (_lock)
        {
            Lease = new JsonObject { ["metadata"] = Metadata(), ["spec"] = new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = seconds, ["leaseTransitions"] = 3 } };
            Tell();
        }
    }

    private HttpResponseMessage Respond(SeenRequest request)
    {
        lock (_lock)
        {
            if (Down)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
            }

            if (request.IsWatch)
            {
                var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 0));
                _watches.Add(pipe.Writer);
                return ScriptedServer.Stream(pipe.Reader);
            }

            if (request.Method == HttpMethod.Get)
            {
                return Lease is null ? ScriptedServer.Status(404, "NotFound") : ScriptedServer.Json(Lease.ToJsonString());
            }

            if (request.Method == HttpMethod.Post)
            {
                if (Lease is not null)
                {
                    return ScriptedServer.Status(409, "AlreadyExists");
                }

                Lease = new JsonObject { ["metadata"] = Metadata(), ["spec"] = JsonNode.Parse(request.Body)!["spec"]!.DeepClone() };
                return ScriptedServer.Json(Lease.ToJsonString(), 201);
            }

            var patch = JsonNode.Parse(request.Body)!;
            if ((string?)patch["metadata"]!["resourceVersion"] != (string?)Lease!["metadata"]!["resourceVersion"])
            {
                return ScriptedServer.Status(409, "Conflict");
            }

            foreach (var (name, value) in patch["spec"]!.AsObject())
            {
                Lease["spec"]![name] = value?.DeepClone();
            }

            Lease["metadata"] = Metadata();
            Tell();
            return ScriptedServer.Json(Lease.ToJsonString());
        }
    }

    private void Tell()
    {
        var (line, before, watches) = (Encoding.UTF8.GetBytes(new JsonObject { ["type"] = "MODIFIED", ["object"] = Lease!.DeepClone() }.ToJsonString() + "\n"), Told, _watches.ToList());
        Told = TellAsync();

        async Task TellAsync()
        {
            await before;
            foreach (var watch in watches)
            {
                await watch.WriteAsync(line);
            }
        }
    }

    private JsonObject Metadata() => new()
    {
        ["name"] = "operator",
        ["namespace"] = "system",
        ["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture),
    };
}
