using System.Net;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NodeAgent.Backups;

/// <summary>A backup that is being written. Nothing is on the disk before the first item.</summary>
public sealed class BackupSession : IBackupBlobs
{
    /// <summary>More than any plugin but Cilium's own, which its image brings anyway.</summary>
    private const long MaxBlob = 32 * 1024 * 1024;
    private const int OnlyOwner = 0x1c0;
    private const int OnlyOwnerFile = 0x180;

    private readonly IHostFiles files;
    private readonly List<BackupItem> items;
    private readonly HashSet<string> keys;
    private BackupManifest manifest;
    private bool changed;

    internal BackupSession(IHostFiles files, BackupManifest manifest)
    {
        this.files = files;
        this.manifest = manifest;
        items = [.. manifest.Items];
        keys = items.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
    }

    public string Name => manifest.Name;

    public string Digest => manifest.Digest;

    public DateTimeOffset CreatedAt => manifest.CreatedAt;

    public IReadOnlyList<BackupItem> Items => items;

    public IEnumerable<IPNetwork> Networks => manifest.Networks.Select(LinkJson.Network).OfType<IPNetwork>();

    public IEnumerable<IPNetwork> Subnets => manifest.Subnets.Select(LinkJson.Network).OfType<IPNetwork>();

    /// <summary>Paths of the files that this cleaning takes away.</summary>
    public IReadOnlyCollection<string> RemovedPaths => [.. items.OfType<FileItem>().Select(item => item.Path)];

    private string Folder => $"{BackupStore.Root}/{manifest.Name}";

    /// <summary>What proves whose a route is, for a run that comes after the proof is gone.</summary>
    public void Remember(TraceScope scope)
    {
        var (networks, subnets) = (scope.Networks.Select(n => n.ToString()).ToList(), scope.Subnets.Select(n => n.ToString()).ToList());
        if (!networks.SequenceEqual(manifest.Networks) || !subnets.SequenceEqual(manifest.Subnets))
        {
            manifest = manifest with { Networks = networks, Subnets = subnets };
        }
    }

    public void Add(IReadOnlyList<BackupItem> found)
    {
        foreach (var item in found)
        {
            if (keys.Add(item.Key))
            {
                items.Add(item);
                changed = true;
            }
        }
    }

    public (string Blob, string Sha256)? Store(HostFileInfo file)
    {
        if (file.Size > MaxBlob || keys.Contains("file " + file.Path))
        {
            return null;
        }

        files.CreateDirectory("/var/lib/netprofile", OnlyOwner);
        files.CreateDirectory(BackupStore.Root, OnlyOwner);
        files.CreateDirectory(Folder, OnlyOwner);
        files.CreateDirectory(Folder + "/files", OnlyOwner);
        var blob = "files/" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(file.Path)))[..24];
        var digest = files.Copy(file.Path, $"{Folder}/{blob}", OnlyOwnerFile);
        return (blob, digest);
    }

    /// <summary>Makes what was added durable; without news it does nothing.</summary>
    public void Save()
    {
        if (!changed)
        {
            return;
        }

        files.CreateDirectory("/var/lib/netprofile", OnlyOwner);
        files.CreateDirectory(BackupStore.Root, OnlyOwner);
        files.CreateDirectory(Folder, OnlyOwner);
        manifest = manifest with { Items = [.. items] };
        manifest = manifest with { Digest = BackupStore.DigestOf(manifest) };
        files.Write(Folder + "/manifest.json", BackupStore.Serialize(manifest), OnlyOwnerFile);
        files.Sync(BackupStore.Root);
        changed = false;
    }

    internal void Close()
    {
        manifest = manifest with { Open = false };
        changed = true;
        Save();
    }

}
