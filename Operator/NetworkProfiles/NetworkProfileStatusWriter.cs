using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles.Telemetry;

namespace NetProfile.NetworkProfiles;

/// <summary>The only writer of a NetworkProfile's status: by server-side apply, only when it differs, at most once a second for a profile.</summary>
internal sealed class NetworkProfileStatusWriter(IKubernetesClient client, TimeProvider clock)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (DateTimeOffset At, JsonNode? Status)> _last = [];
    private readonly Lock _lock = new();

    /// <returns>The profile with the status that it has now.</returns>
    public async Task<V1Alpha1NetworkProfile> WriteAsync(V1Alpha1NetworkProfile profile, NetworkProfileStatus status, CancellationToken cancellationToken)
    {
        using var span = ReconcileSteps.Begin("report");
        var uid = profile.Metadata.Uid ?? "";
        var wanted = Json(status);
        (DateTimeOffset At, JsonNode? Status) last;
        lock (_lock)
        {
            last = _last.GetValueOrDefault(uid);
        }

        // The cache may be older than our own last write, so that one counts where there is one.
        if (JsonNode.DeepEquals(last.Status ?? Json(profile.Status ?? new()), wanted))
        {
            return profile with { Status = status };
        }

        if (last.At + s_interval - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }

        var applied = await client.ApplyStatusAsync(
            new V1Alpha1NetworkProfile { Metadata = new V1ObjectMeta { Name = profile.Metadata.Name }, Status = status },
            new ApplyOptions { FieldManager = NetworkProfileNames.FieldManager, Force = true },
            cancellationToken);
        lock (_lock)
        {
            _last[uid] = (clock.GetUtcNow(), wanted);
        }

        return applied;
    }

    public void Forget(V1Alpha1NetworkProfile profile)
    {
        lock (_lock)
        {
            _last.Remove(profile.Metadata.Uid ?? "");
        }
    }

    private static JsonNode? Json(NetworkProfileStatus status) => JsonSerializer.SerializeToNode(status, CrdsJsonContext.Default.NetworkProfileStatus);
}
