using System.Globalization;
using System.Text.Json.Nodes;

namespace NetProfile.Operator.Tests.Support;

/// <summary>The one Lease of an API server, with its optimistic lock.</summary>
public sealed class LeaseServer
{
    private readonly Lock _lock = new();
    private int _version;

    public LeaseServer() => Server = new ScriptedServer(Respond);

    public ScriptedServer Server { get; }

    public JsonObject? Lease { get; private set; }

    /// <summary>The server cannot be reached.</summary>
    public bool Down { get; set; }

    public string? Holder => (string?)Lease?["spec"]?["holderIdentity"];

    public void Set(string holder, int seconds)
    {
        lock (_lock)
        {
            Lease = new JsonObject { ["metadata"] = Metadata(), ["spec"] = new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = seconds, ["leaseTransitions"] = 3 } };
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
            return ScriptedServer.Json(Lease.ToJsonString());
        }
    }

    private JsonObject Metadata() => new()
    {
        ["name"] = "operator",
        ["namespace"] = "system",
        ["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture),
    };
}
