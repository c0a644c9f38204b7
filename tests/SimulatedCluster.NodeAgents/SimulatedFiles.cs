using System.Security.Cryptography;
using System.Text;
using NetProfile.NodeAgent.Host;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>
/// The host's files by path. A folder is there while something is in it, or when it was made: then it has an entry of its own, with
/// a slash at the end.
/// </summary>
internal sealed class SimulatedFiles(HostAccess host) : IHostFiles
{
    private const int OwnerOnly = 0x180;

    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    public HostFileInfo? Stat(string path) => host.Read(h => Stat(h, path.TrimEnd('/')));

    public string? Resolve(string path) => path;

    public IReadOnlyList<string> List(string directory) => host.Read(h => Children(h, directory.TrimEnd('/')));

    public byte[] Read(string path, int limit)
    {
        var content = host.Read(h => h.Files.TryGetValue(path, out var text) ? Encoding.UTF8.GetBytes(text) : Kernel(h, path));
        return content.Length > limit ? content[..limit] : content;
    }

    public bool Delete(string path)
    {
        if (Stat(path) is { Type: HostFileType.Directory } && List(path).Count > 0)
        {
            return false;
        }

        host.Change(h =>
        {
            h.Files.Remove(path);
            h.Files.Remove(path + "/");
        });
        return true;
    }

    public void Write(string path, ReadOnlySpan<byte> content, int mode)
    {
        var text = Encoding.UTF8.GetString(content);
        host.Change(h => h.Files[path] = text);
    }

    public string Copy(string source, string destination, int mode)
    {
        var content = Read(source, int.MaxValue);
        Write(destination, content, mode);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    public void CreateDirectory(string path, int mode) => host.Change(h => h.Files[path.TrimEnd('/') + "/"] = "");

    public void CreateSymlink(string path, string target) => throw new HostException($"{path}: simulated hosts have no symlinks");

    public void SetOwnership(HostFileInfo like, string path)
    {
        // All files are root's here.
    }

    public void Sync(string directory)
    {
        // What is written is there at once.
    }

    public IDisposable? TryLock(string path)
    {
        lock (_locks)
        {
            return _locks.Add(path) ? new Held(this, path) : null;
        }
    }

    public IReadOnlyList<HostMount> Mounts() => [new HostMount("/sys/fs/bpf", "bpf", "rw"), new HostMount("/sys/fs/cgroup", "cgroup2", "rw")];

    private static HostFileInfo? Stat(SimulatedHost host, string path)
    {
        HostFileType? type = host.Files.ContainsKey(path) || Kernel(host, path).Length > 0
            ? HostFileType.File
            : host.Files.Keys.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal)) ? HostFileType.Directory : null;
        return type is null ? null : new HostFileInfo(
            path, type.Value, type == HostFileType.File ? OwnerOnly : 0x1ed, 0, 0, host.Files.GetValueOrDefault(path)?.Length ?? 0, DateTimeOffset.UnixEpoch, null);
    }

    private static List<string> Children(SimulatedHost host, string directory) =>
    [
        .. host.Files.Keys
            .Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal) && path.Length > directory.Length + 1)
            .Select(path => path.IndexOf('/', directory.Length + 1) is var end and > 0 ? path[..end] : path)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The files that are no files: what the kernel and the distribution say of themselves.</summary>
    private static byte[] Kernel(SimulatedHost host, string path) => path switch
    {
        "/proc/sys/kernel/osrelease" => Encoding.UTF8.GetBytes(host.Kernel + "\n"),
        "/etc/os-release" => Encoding.UTF8.GetBytes($"ID=linux\nPRETTY_NAME=\"{host.OsImage}\"\n"),
        _ => [],
    };

    private sealed class Held(SimulatedFiles files, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (files._locks)
            {
                files._locks.Remove(path);
            }
        }
    }
}
