using System.Security.Cryptography;

namespace NetProfile.NodeAgent.Host;

/// <summary>The node's files below <paramref name="root"/>: "/" on the node itself, the mount of it in a container.</summary>
public sealed class HostFiles(string root) : IHostFiles
{
    private readonly string root = root == "/" ? "/" : root.TrimEnd('/');

    public HostFileInfo? Stat(string path)
    {
        if (Resolve(path) is not { } resolved || NativeFile.Stat(Physical(resolved)) is not { } stat)
        {
            return null;
        }

        var type = (stat.Mode & 0xf000) switch
        {
            0x8000 => HostFileType.File,
            0x4000 => HostFileType.Directory,
            0xa000 => HostFileType.Symlink,
            _ => HostFileType.Other,
        };
        return new HostFileInfo(
            path,
            type,
            stat.Mode & 0xfff,
            (int)stat.UserId,
            (int)stat.GroupId,
            (long)stat.Size,
            DateTimeOffset.FromUnixTimeSeconds(stat.Modified.Seconds),
            type == HostFileType.Symlink ? new FileInfo(Physical(resolved)).LinkTarget : null)
        {
            Inode = stat.Inode,
            Device = ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor,
        };
    }

    public string? Resolve(string path) => HostPath.Resolve(root, path);

    public IReadOnlyList<string> List(string directory)
    {
        if (Stat(directory) is not { Type: HostFileType.Directory })
        {
            return [];
        }

        var names = Directory.EnumerateFileSystemEntries(Physical(Resolve(directory)!)).Select(Path.GetFileName).OfType<string>();
        return [.. names.Order(StringComparer.Ordinal).Select(name => $"{directory.TrimEnd('/')}/{name}")];
    }

    public byte[] Read(string path, int limit)
    {
        if (Stat(path) is not { Type: HostFileType.File })
        {
            return [];
        }

        using var stream = new FileStream(Physical(Resolve(path)!), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (memory.Length < limit && (read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, limit - memory.Length))) > 0)
        {
            memory.Write(buffer, 0, read);
        }

        return memory.ToArray();
    }

    public bool Delete(string path)
    {
        if (Stat(path) is not { } info)
        {
            return true;
        }

        var physical = Physical(Resolve(path)!);
        if (info.Type != HostFileType.Directory)
        {
            File.Delete(physical);
            return true;
        }

        if (Directory.EnumerateFileSystemEntries(physical).Any())
        {
            return false;
        }

        Directory.Delete(physical);
        return true;
    }

    public void Write(string path, ReadOnlySpan<byte> content, int mode)
    {
        var physical = Writable(path);
        var temporary = physical + ".netprofile-tmp";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, Create(mode)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(temporary, (UnixFileMode)mode);
        File.Move(temporary, physical, overwrite: true);
        NativeFile.SyncDirectory(Path.GetDirectoryName(physical)!);
    }

    public string Copy(string source, string destination, int mode)
    {
        var physical = Writable(destination);
        var temporary = physical + ".netprofile-tmp";
        File.Delete(temporary);
        string digest;
        using (var from = new FileStream(Physical(Resolve(source) ?? source), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var to = new FileStream(temporary, Create(mode)))
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = from.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                to.Write(buffer, 0, read);
            }

            to.Flush(flushToDisk: true);
            digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        File.SetUnixFileMode(temporary, (UnixFileMode)mode);
        File.Move(temporary, physical, overwrite: true);
        NativeFile.SyncDirectory(Path.GetDirectoryName(physical)!);
        return digest;
    }

    public void CreateDirectory(string path, int mode)
    {
        if (Stat(path) is { Type: HostFileType.Directory })
        {
            return;
        }

        var parent = path[..path.LastIndexOf('/')];
        if (parent.Length > 0)
        {
            CreateDirectory(parent, 0x1ed);
        }

        var physical = Writable(path);
        Directory.CreateDirectory(physical, (UnixFileMode)mode);
        File.SetUnixFileMode(physical, (UnixFileMode)mode);
    }

    public void CreateSymlink(string path, string target) => File.CreateSymbolicLink(Writable(path), target);

    public void SetOwnership(HostFileInfo like, string path)
    {
        var physical = Writable(path);
        if (!NativeFile.ChangeOwner(physical, like.UserId, like.GroupId))
        {
            throw new IOException($"the owner of {path} can't be set");
        }

        if (like.Type != HostFileType.Symlink)
        {
            File.SetUnixFileMode(physical, (UnixFileMode)like.Mode);
            File.SetLastWriteTimeUtc(physical, like.ModifiedAt.UtcDateTime);
        }
    }

    public void Sync(string directory)
    {
        if (Resolve(directory) is { } resolved)
        {
            NativeFile.SyncDirectory(Physical(resolved));
        }
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix; the kernel drops it with the process.
            return new FileStream(Writable(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public IReadOnlyList<HostMount> Mounts()
    {
        var source = Physical("/proc/1/mountinfo");
        return File.Exists(source) ? MountInfo.Parse(File.ReadLines(source)) : [];
    }

    private static FileStreamOptions Create(int mode) => new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = (UnixFileMode)mode & ~(UnixFileMode.SetUser | UnixFileMode.SetGroup),
    };

    private string Physical(string resolved) => HostPath.Physical(root, resolved);

    private string Writable(string path) => Physical(Resolve(path) ?? throw new DirectoryNotFoundException($"a folder of {path} isn't there"));
}
