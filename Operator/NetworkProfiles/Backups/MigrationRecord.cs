using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles.Backups;

public enum MigrationDirection
{
    /// <summary>From the old network to Cilium.</summary>
    Forward,

    /// <summary>Back to the old network; only <c>netprofile.io/action: restore</c> turns round.</summary>
    Back,
}

/// <summary>
/// A migration as its Secret has it: what was there before, how it is done, and since when. It outlives the profile, since whoever
/// removes a network has to be able to bring it back. Made by <see cref="MigrationRecordReader"/>, written by <see cref="ManifestBackup"/>.
/// </summary>
public sealed record MigrationRecord
{
    /// <summary>The Secret as namespace/name.</summary>
    public required string Secret { get; init; }

    public required string ResourceVersion { get; init; }

    /// <summary>The profile that began it.</summary>
    public required string Profile { get; init; }

    public required MigrationStrategy Strategy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required MigrationDirection Direction { get; init; }

    /// <summary>The old network's, both families; empty when nothing told.</summary>
    public required IReadOnlyList<string> OldPodCidrs { get; init; }

    /// <summary>null when no ConfigMap of Flannel's told.</summary>
    public required FlannelBackend? Backend { get; init; }

    /// <summary>The release that Flannel came from; null when helm didn't install it.</summary>
    public required HelmReleaseName? HelmRelease { get; init; }

    public required IReadOnlyList<RecordedObject> Objects { get; init; }

    /// <summary>False when spec.previousCNI.backup was: then there is nothing to restore from.</summary>
    public required bool HasManifests { get; init; }

    /// <summary>sha256 of the manifests.</summary>
    public required string Digest { get; init; }

    /// <summary>Everything that was noted down on the way, by key: see <see cref="MigrationAnnotations"/>.</summary>
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>The migration is through: the old network's objects are gone, or all that was wanted of them.</summary>
    public DateTimeOffset? FinishedAt => MigrationAnnotations.Time(Annotations, MigrationAnnotations.FinishedAt);

    /// <summary>Since when pods were without a network; Recreate only.</summary>
    public DateTimeOffset? OutageStartedAt => MigrationAnnotations.Time(Annotations, MigrationAnnotations.OutageStartedAt);

    public DateTimeOffset? OutageEndedAt => MigrationAnnotations.Time(Annotations, MigrationAnnotations.OutageEndedAt);

    public DateTimeOffset? RestoreStartedAt => MigrationAnnotations.Time(Annotations, MigrationAnnotations.RestoreStartedAt);

    /// <summary>The old network is back, proven.</summary>
    public DateTimeOffset? RestoredAt => MigrationAnnotations.Time(Annotations, MigrationAnnotations.RestoredAt);

    /// <summary>Cilium's definitions that were there before; null when an earlier operator began it, which didn't look.</summary>
    public IReadOnlyList<string>? DefinitionsBefore => Annotations.GetValueOrDefault(MigrationAnnotations.DefinitionsBefore)?.Split(',', StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<RecordedObject> OldNetwork => Objects.Where(o => o.Part == BackupPart.OldNetwork);

    public RecordedObject? Find(string kind, string? @namespace, string name) =>
        Objects.FirstOrDefault(o => o.Kind == kind && o.Namespace == @namespace && o.Name == name);
}

public enum BackupPart
{
    /// <summary>Flannel's or canal's: deleted when the migration is through.</summary>
    OldNetwork,

    /// <summary>Parked, never deleted.</summary>
    KubeProxy,
}

/// <param name="ApiVersion">For instance apps/v1.</param>
/// <param name="Kind">For instance DaemonSet.</param>
/// <param name="Namespace">null for a cluster-scoped one.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">What tells it from one that was made anew under its name.</param>
/// <param name="Part">Whose it is.</param>
/// <param name="Shared">Why it is not deleted with the rest: what else uses it; null when nothing does.</param>
public sealed record RecordedObject(string ApiVersion, string Kind, string? Namespace, string Name, string Uid, BackupPart Part, string? Shared = null)
{
    public override string ToString() => Namespace is null ? $"{Kind}/{Name}" : $"{Kind}/{Namespace}/{Name}";
}

/// <summary>How Flannel carried packets, from its net-conf.json with Flannel's own defaults for what that leaves out.</summary>
public sealed record FlannelBackend
{
    /// <summary>In lower case: vxlan, host-gw, wireguard, udp, ipip, …</summary>
    public required string Type { get; init; }

    /// <summary>VXLAN only.</summary>
    public int? Vni { get; init; }

    /// <summary>The UDP port; null where the backend has none.</summary>
    public int? Port { get; init; }

    /// <summary>VXLAN that writes plain routes to peers on the same L2.</summary>
    public bool DirectRouting { get; init; }

    /// <summary>Its rules are in nftables and not in iptables.</summary>
    public bool NfTables { get; init; }
}
