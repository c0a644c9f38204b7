namespace NetProfile.NodeAgent.Host;

public enum HostFileType
{
    File,
    Directory,
    Symlink,
    Other,
}

public sealed record HostFileInfo(string Path, HostFileType Type, int Mode, int UserId, int GroupId, long Size, DateTimeOffset ModifiedAt, string? LinkTarget)
{
    /// <summary>Device and inode: the identity of a file or namespace.</summary>
    public ulong Inode { get; init; }

    public ulong Device { get; init; }
}

/// <summary>
/// Files of the node by their path on the node. A path is resolved below the node's root as chroot would do it: neither
/// <c>..</c> nor a symlink leads out of it. The last segment is never followed.
/// </summary>
public interface IHostFiles
{
    /// <summary>null when it isn't there.</summary>
    HostFileInfo? Stat(string path);

    /// <summary>The path with all symlinks but the last segment resolved; null when a folder on the way is missing.</summary>
    string? Resolve(string path);

    /// <summary>Full paths, in ordinal order; empty when the folder isn't there.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>At most <paramref name="limit"/> bytes from the start; empty when it isn't there.</summary>
    byte[] Read(string path, int limit);

    /// <summary>A file or symlink, or a folder that is empty. false when a folder isn't empty.</summary>
    bool Delete(string path);

    /// <summary>Whole or not at all: written beside it, synced, renamed.</summary>
    void Write(string path, ReadOnlySpan<byte> content, int mode);

    /// <summary>Copies a file of the node without holding it in memory; returns its SHA-256 as lower-case hex.</summary>
    string Copy(string source, string destination, int mode);

    void CreateDirectory(string path, int mode);

    void CreateSymlink(string path, string target);

    void SetOwnership(HostFileInfo like, string path);

    /// <summary>Makes the entries of a folder durable.</summary>
    void Sync(string directory);

    /// <summary>An exclusive lock that ends with the process; null when another one holds it.</summary>
    IDisposable? TryLock(string path);

    /// <summary>Mount points of the node, with their file system's type.</summary>
    IReadOnlyList<HostMount> Mounts();
}

public sealed record HostMount(string Path, string Type, string Options);
