using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Backups;

/// <summary>
/// The backups of a node: a root-only folder, one folder a backup in it, in each the files' contents and a manifest. A folder
/// without a manifest is a backup that was killed before anything was removed, and goes with the next pruning.
/// </summary>
public sealed class BackupStore(IHostFiles files, string node, TimeProvider clock)
{
    public const string Root = "/var/lib/netprofile/backups";

    /// <summary>Says that this node was cleaned by us: the difference between Clean and NotNeeded.</summary>
    public const string CleanedMark = "/var/lib/netprofile/cleaned";

    private const int Kept = 5;
    private const int OnlyOwner = 0x1c0;
    private const int ManifestLimit = 64 * 1024 * 1024;

    public bool WasCleaned => files.Stat(CleanedMark) is not null;

    /// <summary>Oldest first; what can't be read, or was changed, isn't listed.</summary>
    public IReadOnlyList<BackupManifest> List() => [.. Folders().Select(Read).OfType<BackupManifest>()];

    public BackupManifest? Find(string? name)
    {
        var all = List();
        return name is null ? (all.Count == 0 ? null : all[^1]) : all.FirstOrDefault(manifest => manifest.Name == name);
    }

    /// <summary>The backup of a cleaning that didn't end, or a new one.</summary>
    public BackupSession Resume(string catalogue)
    {
        var open = List().LastOrDefault(manifest => manifest.Open && manifest.Catalogue == catalogue);
        return open is null ? Begin(catalogue) : new BackupSession(files, open);
    }

    /// <summary>A new backup.</summary>
    public BackupSession Begin(string catalogue)
    {
        var now = clock.GetUtcNow();
        var stamp = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var name = stamp;
        for (var n = 2; files.Stat($"{Root}/{name}") is not null; n++)
        {
            name = $"{stamp}-{n}";
        }

        return new BackupSession(files, new BackupManifest { Name = name, Node = node, CreatedAt = now, Catalogue = catalogue, Open = true, Items = [] });
    }

    /// <summary>Closes a backup that no cleaning belongs to.</summary>
    public NodeBackup? Seal(BackupSession session)
    {
        if (session.Items.Count > 0)
        {
            session.Close();
            Prune();
        }

        return Describe(session);
    }

    /// <summary>Closes a backup whose cleaning has succeeded; one that hasn't stays open, for the next run to go on with.</summary>
    public NodeBackup? Finish(BackupSession session, bool succeeded)
    {
        if (succeeded && session.Items.Count > 0)
        {
            // The mark first: killed in between, the next run finds the backup open and closes it.
            MarkCleaned(session.Name);
            session.Close();
            Prune();
        }

        return Describe(session);
    }

    public void MarkCleaned(string backup)
    {
        files.CreateDirectory("/var/lib/netprofile", OnlyOwner);
        files.Write(CleanedMark, System.Text.Encoding.UTF8.GetBytes(backup + "\n"), 0x180);
    }

    /// <summary>Whether every file of the backup is there and as it was.</summary>
    public IReadOnlyList<string> Verify(BackupManifest manifest)
    {
        var faults = new List<string>();
        foreach (var item in manifest.Items.OfType<FileItem>().Where(item => item.Blob is not null))
        {
            var path = $"{Root}/{manifest.Name}/{item.Blob}";
            if (files.Stat(path) is null)
            {
                faults.Add($"{item.Path}: its content is missing");
            }
            else if (Convert.ToHexStringLower(SHA256.HashData(files.Read(path, int.MaxValue))) != item.Sha256)
            {
                faults.Add($"{item.Path}: its content was changed");
            }
        }

        return faults;
    }

    internal static byte[] Serialize(BackupManifest manifest)
    {
        var bare = manifest with { Digest = "" };
        return JsonSerializer.SerializeToUtf8Bytes(bare with { Digest = DigestOf(bare) }, BackupJsonContext.Default.BackupManifest);
    }

    internal static string DigestOf(BackupManifest manifest) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(manifest with { Digest = "" }, BackupJsonContext.Default.BackupManifest)));

    private static NodeBackup? Describe(BackupSession session) =>
        session.Items.Count == 0
            ? null
            : new NodeBackup { Path = $"{Root}/{session.Name}", Digest = session.Digest, TakenAt = session.CreatedAt, Items = session.Items.Count };

    private IEnumerable<string> Folders() => files.List(Root).Where(path => files.Stat(path)?.Type == HostFileType.Directory);

    private BackupManifest? Read(string folder)
    {
        try
        {
            var content = files.Read(folder + "/manifest.json", ManifestLimit);
            var manifest = content.Length == 0 ? null : JsonSerializer.Deserialize(content, BackupJsonContext.Default.BackupManifest);
            return manifest is not null && manifest.Digest == DigestOf(manifest) && folder.EndsWith("/" + manifest.Name, StringComparison.Ordinal) ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps the newest ones; the last good one always, an open one too.</summary>
    private void Prune()
    {
        var good = List();
        var kept = good.TakeLast(Kept).Concat(good.Where(manifest => manifest.Open)).Select(manifest => manifest.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Folders().ToList())
        {
            if (kept.Contains(folder[(folder.LastIndexOf('/') + 1)..]))
            {
                continue;
            }

            // The manifest first: a pruning that is killed leaves a folder that is no backup, never half of one.
            files.Delete(folder + "/manifest.json");
            foreach (var blob in files.List(folder + "/files"))
            {
                files.Delete(blob);
            }

            foreach (var rest in files.List(folder))
            {
                files.Delete(rest);
            }

            files.Delete(folder);
        }
    }
}
