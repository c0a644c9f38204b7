using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Backups;

/// <summary>
/// What a cleaning took away, with all that is needed to put it back. It is written before anything is removed, and whole or not
/// at all. While it is open, a later run adds what it finds in addition and never drops what is there.
/// </summary>
public sealed record BackupManifest
{
    public int Version { get; init => field = value == 0 ? 1 : value; } = 1;

    public required string Name { get; init; }

    public required string Node { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Catalogue { get; init; }

    /// <summary>The cleaning isn't finished: the next one goes on with this backup.</summary>
    public bool Open { get; init; }

    public IReadOnlyList<string> Networks { get; init => field = value ?? []; } = [];

    public IReadOnlyList<string> Subnets { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<BackupItem> Items { get; init; }

    /// <summary>SHA-256 of the manifest with this field empty.</summary>
    public string Digest { get; init => field = value ?? ""; } = "";
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FileItem), "file")]
[JsonDerivedType(typeof(LinkItem), "link")]
[JsonDerivedType(typeof(RouteItem), "route")]
[JsonDerivedType(typeof(PolicyRuleItem), "rule")]
[JsonDerivedType(typeof(XtablesItem), "xtables")]
[JsonDerivedType(typeof(NftTableItem), "nftables")]
[JsonDerivedType(typeof(IpsetItem), "ipset")]
[JsonDerivedType(typeof(VirtualServerItem), "ipvs")]
[JsonDerivedType(typeof(NoteItem), "note")]
public abstract record BackupItem
{
    /// <summary>The catalogue entry.</summary>
    public required string Entry { get; init; }

    /// <summary>Tells items apart: a later run doesn't store the same one again.</summary>
    [JsonIgnore]
    public abstract string Key { get; }
}

/// <summary>A file, folder or symlink. Blob is null for what has no content, or more than a backup keeps.</summary>
public sealed record FileItem(string Path, HostFileType Type, int Mode, int UserId, int GroupId, DateTimeOffset ModifiedAt, long Size) : BackupItem
{
    public string? LinkTarget { get; init; }

    public string? Blob { get; init; }

    public string? Sha256 { get; init; }

    public override string Key => "file " + Path;
}

public sealed record LinkItem(string Name, string LinkKind, JsonObject Link, IReadOnlyList<RouteItem> Routes, JsonArray Forwarding, JsonArray Neighbours) : BackupItem
{
    public override string Key => "link " + Name;
}

public sealed record RouteItem(AddressFamily Family, JsonObject Route) : BackupItem
{
    public override string Key => $"route {Family} {Route.ToJsonString()}";
}

public sealed record PolicyRuleItem(AddressFamily Family, JsonObject Rule) : BackupItem
{
    public override string Key => $"rule {Family} {Rule.ToJsonString()}";
}

public sealed record XtablesItem(XtablesBackend Backend, AddressFamily Family, string Table) : BackupItem
{
    public required IReadOnlyList<string> Chains { get; init; }

    /// <summary>The chains' own rules, in order, as iptables-save printed them ("CHAIN -s …").</summary>
    public required IReadOnlyList<string> ChainRules { get; init; }

    public required IReadOnlyList<PlacedRule> Rules { get; init; }

    public override string Key => $"xtables {Backend} {Family} {Table} {Entry} {string.Join(',', Chains)} {string.Join('\n', Rules.Select(r => $"{r.Chain} {r.Text}"))}";
}

/// <summary>A rule in a chain that stays; Position counts from 1.</summary>
public sealed record PlacedRule(string Chain, int Position, string Text);

public sealed record NftTableItem(string Family, string Name, string Dump) : BackupItem
{
    public override string Key => $"nft {Family} {Name}";
}

public sealed record IpsetItem(string Name, string Saved) : BackupItem
{
    public override string Key => "ipset " + Name;
}

public sealed record VirtualServerItem(IReadOnlyList<string> Lines) : BackupItem
{
    public override string Key => "ipvs " + string.Join('\n', Lines);
}

/// <summary>What was removed but can't be put back from here.</summary>
public sealed record NoteItem(string What, string Message) : BackupItem
{
    public override string Key => "note " + What;
}

/// <summary>Where the contents of files go.</summary>
public interface IBackupBlobs
{
    /// <returns>The blob's name and digest; null when it is more than a backup keeps.</returns>
    (string Blob, string Sha256)? Store(HostFileInfo file);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    AllowOutOfOrderMetadataProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJsonContext : JsonSerializerContext;
