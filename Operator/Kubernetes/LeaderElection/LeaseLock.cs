using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Kubernetes.LeaderElection;

/// <summary>
/// One try at a time to take, renew or release the Lease. Whether another's lease has run out is told by how long it has stood
/// unchanged on our own clock, never by comparing clocks. Every write carries the resource version that it was decided on.
/// </summary>
internal sealed class LeaseLock(IKubernetesClient client, LeaderElectionOptions options, string fieldManager, TimeProvider clock)
{
    private V1Lease? _seen;
    private long _seenAt;

    public string? Holder => _seen?.Spec?.HolderIdentity;

    /// <returns>Whether the lease is ours now.</returns>
    public async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancellationToken)
    {
        // What we saw last is most likely still so: one request instead of two. If it isn't, the server refuses it by the version.
        if (_seen is { } held && held.Spec?.HolderIdentity == options.Identity && await TryPatchAsync(held, Renewal(), cancellationToken))
        {
            return true;
        }

        var current = await client.GetAsync<V1Lease>(options.Lease, cancellationToken);
        if (current is null)
        {
            return await TryCreateAsync(cancellationToken);
        }

        See(current);
        var holder = current.Spec?.HolderIdentity;
        if (!string.IsNullOrEmpty(holder) && holder != options.Identity && clock.GetElapsedTime(_seenAt) < Duration(current))
        {
            return false;
        }

        var spec = Renewal();
        if (holder != options.Identity)
        {
            spec["acquireTime"] = (string)spec["renewTime"]!;
            spec["leaseTransitions"] = (current.Spec?.LeaseTransitions ?? 0) + 1;
        }

        return await TryPatchAsync(current, spec, cancellationToken);
    }

    /// <summary>Until another's lease is given up, or has stood still for so long that it may have run out; one request, whatever its holder does.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (_seen is not { } held)
        {
            return;
        }

        var left = Duration(held) - clock.GetElapsedTime(_seenAt);
        using var still = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, still.Token);
        var watch = new WatchOptions { Namespace = options.Lease.Namespace, FieldSelector = $"metadata.name={options.Lease.Name}", ResourceVersion = held.Metadata.ResourceVersion ?? "0", TimeoutSeconds = 600 };
        try
        {
            await foreach (var change in client.WatchAsync<V1Lease>(watch, either.Token))
            {
                if (change.Object is { } lease)
                {
                    See(lease);
                    if (change.Type == WatchEventType.Deleted || string.IsNullOrEmpty(lease.Spec?.HolderIdentity))
                    {
                        return;
                    }

                    still.CancelAfter(Duration(lease));
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It has stood still.
        }
    }

    /// <summary>Lets the next one in without waiting for the lease to run out.</summary>
    public async Task<bool> TryReleaseAsync(CancellationToken cancellationToken)
    {
        var current = await client.GetAsync<V1Lease>(options.Lease, cancellationToken);
        return current?.Spec?.HolderIdentity == options.Identity && await TryPatchAsync(
            current,
            new JsonObject { ["holderIdentity"] = "", ["leaseDurationSeconds"] = 1, ["renewTime"] = Time(clock.GetUtcNow()) },
            cancellationToken);
    }

    private JsonObject Renewal() => new()
    {
        ["holderIdentity"] = options.Identity,
        ["leaseDurationSeconds"] = (int)options.LeaseDuration.TotalSeconds,
        ["renewTime"] = Time(clock.GetUtcNow()),
    };

    private async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        try
        {
            See(await client.CreateAsync(
                new V1Lease
                {
                    Metadata = new V1ObjectMeta { Name = options.Lease.Name, Namespace = options.Lease.Namespace },
                    Spec = new V1LeaseSpec
                    {
                        HolderIdentity = options.Identity,
                        LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
                        AcquireTime = now,
                        RenewTime = now,
                        LeaseTransitions = 0,
                    },
                },
                fieldManager,
                cancellationToken));
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            // Another one was quicker.
            return false;
        }
    }

    private async Task<bool> TryPatchAsync(V1Lease current, JsonObject spec, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = current.Metadata.ResourceVersion }, ["spec"] = spec };
        try
        {
            See(await client.PatchAsync<V1Lease>(options.Lease, new V1Patch(V1PatchType.MergePatch, patch, fieldManager), cancellationToken));
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            return false;
        }
    }

    private void See(V1Lease lease)
    {
        if (_seen?.Metadata.ResourceVersion != lease.Metadata.ResourceVersion || _seen?.Metadata.Uid != lease.Metadata.Uid)
        {
            _seenAt = clock.GetTimestamp();
        }

        _seen = lease;
    }

    /// <summary>The holder's own word, which may differ from ours during an upgrade.</summary>
    private TimeSpan Duration(V1Lease lease) => lease.Spec?.LeaseDurationSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : options.LeaseDuration;

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
