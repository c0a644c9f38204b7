using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Patching;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>create, update, patch, apply, delete.</summary>
internal sealed class WriteHandlers(ObjectStore store, AdmissionPolicies policies)
{
    // Kinds whose registry answers a deletion with the object and not with a Status.
    private static readonly HashSet<string> ReturnsDeleted = ["pods", "services", "serviceaccounts", "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "podtemplates"];

    public async Task CreateAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        if (info.Name.Length > 0)
        {
            throw ApiException.MethodNotAllowed();
        }

        var body = await RequestBody.ReadObjectAsync(context, info);
        var options = Options(context, info, user);
        CheckName(info.Resource!, body);
        var stored = store.Create(Canonical(info.Resource!), info.Namespace, Canonical(info.Resource!, body), options);
        await AnswerAsync(context, info, stored, options, 201);
    }

    public async Task UpdateAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        var body = Canonical(info.Resource!, await RequestBody.ReadObjectAsync(context, info));
        var options = Options(context, info, user);
        if (string.IsNullOrEmpty(body.Name()))
        {
            throw ApiException.BadRequest("the name of the object (based on URL) was undeterminable: name must be provided");
        }

        if (info.Resource!.IsCustom && body.ResourceVersion() is null && info.Subresource.Length == 0)
        {
            throw ApiException.Invalid(info.Resource, info.Name, [FieldError.Invalid("metadata.resourceVersion", "0x0", "must be specified for an update")]);
        }

        var stored = store.Update(Canonical(info.Resource!), info.Namespace, info.Name, _ => (JsonObject)body.DeepClone(), options);
        await AnswerAsync(context, info, stored, options);
    }

    public async Task PatchAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        var type = RequestBody.MediaType(context);
        var bytes = await RequestBody.ReadAsync(context);
        var options = Options(context, info, user);
        if (type == "application/apply-patch+yaml")
        {
            await ApplyAsync(context, info, bytes, options);
            return;
        }

        var patch = Patch.Parse(type, bytes, info.Resource!);
        var stored = store.Update(info.Resource!, info.Namespace, info.Name, current =>
        {
            var next = patch.Apply(current);
            RequestBody.Check(next, info, info.Resource!);
            return next;
        }, options with { IsPatch = type is "application/json-patch+json" or "application/merge-patch+json" });
        await AnswerAsync(context, info, stored, options);
    }

    public Task DeleteCollectionAsync(HttpContext context, RequestInfo info) => DeleteManyAsync(context, info);

    public async Task DeleteAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        if (info.Subresource.Length > 0)
        {
            throw ApiException.MethodNotAllowed();
        }

        var resource = info.Resource!;
        var options = await DeleteOptionsAsync(context);
        if (store.Find(resource, info.Namespace, info.Name) is { } found)
        {
            policies.AdmitDelete(resource, found.Value, user, options.DryRun);
        }

        var result = store.Delete(resource, info.Namespace, info.Name, options);
        if (!result.Removed || ReturnsDeleted.Contains(resource.QualifiedPlural))
        {
            await Reply.JsonAsync(context, result.Object, 200);
            return;
        }

        var details = new JsonObject { ["name"] = info.Name };
        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        details["kind"] = resource.Plural;
        details["uid"] = result.Object.Uid();
        await Reply.JsonAsync(context, Reply.Success(details));
    }

    private async Task DeleteManyAsync(HttpContext context, RequestInfo info)
    {
        var resource = info.Resource!;
        var options = await DeleteOptionsAsync(context);
        var selector = ObjectSelector.Parse(resource, context.Request.Query["labelSelector"], context.Request.Query["fieldSelector"]);
        var deleted = new List<StoredObject>();
        foreach (var stored in store.Snapshot(resource).Objects.Values.Where(stored => (info.Namespace is null || stored.Key.Namespace == info.Namespace) && selector.Matches(stored.Value)))
        {
            try
            {
                store.Delete(resource, stored.Key.Namespace, stored.Key.Name, options);
                deleted.Add(stored);
            }
            catch (ApiException error) when (error.IsNotFound)
            {
                // Gone meanwhile.
            }
        }

        var metadata = new JsonObject { ["resourceVersion"] = store.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        await Reply.BytesAsync(context, Representation.Of(context.Request, resource, store.Time).Many(deleted, metadata));
    }

    private async Task ApplyAsync(HttpContext context, RequestInfo info, byte[] bytes, WriteOptions options)
    {
        var manager = context.Request.Query["fieldManager"].ToString();
        if (manager.Length == 0)
        {
            throw ApiException.InvalidOptions("PatchOptions", FieldError.Required("fieldManager", "is required for apply patch"));
        }

        var body = RequestBody.Parse(bytes) as JsonObject ?? throw ApiException.BadRequest("the body of the request is not an object");
        if (body.Str("apiVersion") is null or "" || body.Str("kind") is null or "")
        {
            throw ApiException.BadRequest("error decoding the request body: Object 'Kind' is missing");
        }

        RequestBody.Check(body, info, info.Resource!);
        var apply = new Apply.ServerSideApply(store, info.Resource!, options with { FieldManager = manager, IsApply = true }, RequestInfo.Flag(context.Request, "force"));
        var (stored, created) = apply.Run(info.Namespace, info.Name, body, info.Subresource);
        await AnswerAsync(context, info, stored, options, created ? 201 : 200);
    }

    private async Task AnswerAsync(HttpContext context, RequestInfo info, StoredObject stored, WriteOptions options, int code = 200)
    {
        Reply.Warn(context, options.Warnings);
        await Reply.BytesAsync(context, Representation.Of(context.Request, info.Resource!, store.Time).One(stored), code: code);
    }

    /// <summary>Both APIs of events are one store, in the older form.</summary>
    private ResourceDefinition Canonical(ResourceDefinition resource) => resource.Group == "events.k8s.io" ? store.Resources.Get("events") : resource;

    /// <summary>Stored is the form of the core group for events; everything else as sent.</summary>
    private JsonObject Canonical(ResourceDefinition resource, JsonObject body) =>
        resource.Group == "events.k8s.io" ? VersionConversion.To(store.Resources.Get("events"), body) : body;

    private static void CheckName(ResourceDefinition resource, JsonObject body)
    {
        if (body.Name().Length == 0 && string.IsNullOrEmpty(body.Str("metadata", "generateName")))
        {
            throw ApiException.Invalid(resource, "", [FieldError.Required("metadata.name", "name or generateName is required")]);
        }
    }

    public static WriteOptions Options(HttpContext context, RequestInfo info, UserInfo user)
    {
        var query = context.Request.Query;
        var manager = query["fieldManager"].ToString();
        if (manager.Length == 0)
        {
            // managedFields falls back to the first word of the user agent.
            manager = context.Request.Headers.UserAgent.ToString().Split('/')[0];
        }

        if (query["dryRun"].ToString() is { Length: > 0 } dryRun && dryRun != "All")
        {
            throw ApiException.BadRequest($"dryRun: Unsupported value: \"{dryRun}\": supported values: \"All\"");
        }

        return new WriteOptions
        {
            Subresource = info.Subresource,
            FieldManager = manager.Length == 0 ? "unknown" : manager,
            DryRun = query["dryRun"] == "All",
            Requester = user,
            FieldValidation = query["fieldValidation"].ToString() is { Length: > 0 } validation ? validation : "Warn",
        };
    }

    public static async Task<DeleteOptions> DeleteOptionsAsync(HttpContext context)
    {
        var body = await RequestBody.ReadJsonAsync(context) as JsonObject;
        var query = context.Request.Query;
        long? grace = long.TryParse(query["gracePeriodSeconds"], System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
        var policy = body.Str("propagationPolicy") ?? (query["propagationPolicy"].ToString() is { Length: > 0 } sent ? sent : null);
        return new DeleteOptions
        {
            GracePeriodSeconds = body.Long("gracePeriodSeconds") ?? grace,
            PropagationPolicy = policy ?? (body.Bool("orphanDependents") switch { true => "Orphan", false => "Background", _ => null }),
            Uid = body.Str("preconditions", "uid"),
            ResourceVersion = body.Str("preconditions", "resourceVersion"),
            DryRun = query["dryRun"] == "All" || body.Arr("dryRun").Strings().Contains("All"),
        };
    }
}
