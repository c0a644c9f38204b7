using System.Buffers;
using System.Globalization;

namespace NetProfile.NodeAgent.Host;

/// <summary>The node's processes by its /proc, and the containers that its runtimes keep state of.</summary>
public sealed class HostProcesses(string root, IHostFiles files) : IHostProcesses
{
    /// <summary>Where the runtimes keep a folder per running container, named by its id.</summary>
    public static readonly IReadOnlyList<string> RuntimeDirectories =
    [
        "/run/containerd/io.containerd.runtime.v2.task/k8s.io",
        "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io",
        "/var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task/k8s.io",
        "/run/containers/storage/overlay-containers",
        "/run/docker/runtime-runc/moby",
        "/run/runc",
    ];

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string proc = HostPath.Physical(root == "/" ? "/" : root.TrimEnd('/'), "/proc");

    public IReadOnlySet<string> RunningCommands()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in Processes())
        {
            if (ReadText(process + "/comm") is { } name)
            {
                names.Add(name.Trim());
            }
        }

        return names;
    }

    public IReadOnlySet<string> LivingContainers()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directory in RuntimeDirectories)
        {
            ids.UnionWith(files.List(directory).Select(path => path[(path.LastIndexOf('/') + 1)..]).Where(IsContainerId));
        }

        foreach (var process in Processes())
        {
            foreach (var part in (ReadText(process + "/cgroup") ?? "").Split('/', '\n', ':', '-', '.'))
            {
                if (IsContainerId(part))
                {
                    ids.Add(part);
                }
            }
        }

        return ids;
    }

    public bool? HasProcesses(string networkNamespace)
    {
        if (files.Stat("/run/netns/" + networkNamespace) is not { } space)
        {
            return null;
        }

        var own = $"net:[{space.Inode.ToString(CultureInfo.InvariantCulture)}]";
        return Processes().Any(process => LinkTarget(process + "/ns/net") == own);
    }

    public DateTimeOffset? StartOf(string command)
    {
        // /proc/stat has the time of boot in seconds, /proc/PID/stat the start in hundredths of a second since then, as 20th word behind the name.
        var boot = (ReadText(proc + "/stat") ?? "").Split('\n').FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal));
        if (!long.TryParse(boot?[6..], NumberStyles.None, CultureInfo.InvariantCulture, out var booted))
        {
            return null;
        }

        DateTimeOffset? oldest = null;
        foreach (var process in Processes().Where(process => ReadText(process + "/comm")?.Trim() == command))
        {
            var stat = ReadText(process + "/stat") ?? "";
            var words = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 19 && long.TryParse(words[19], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
            {
                var start = DateTimeOffset.FromUnixTimeSeconds(booted).AddMilliseconds(ticks * 10);
                oldest = oldest is null || start < oldest ? start : oldest;
            }
        }

        return oldest;
    }

    public static bool IsContainerId(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(HexDigits);

    private IEnumerable<string> Processes() =>
        Directory.Exists(proc)
            ? Directory.EnumerateDirectories(proc).Where(path => char.IsAsciiDigit(path[proc.Length + 1]))
            : [];

    /// <summary>null when the process has ended meanwhile.</summary>
    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
