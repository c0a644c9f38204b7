using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Walks a folder without following symlinks.</summary>
internal static class FileTree
{
    private const int MaxFiles = 200_000;

    /// <summary>Names that distributions give to the same folder.</summary>
    private static readonly (string Alias, string Real)[] Aliases =
    [
        ("/var/run/", "/run/"), ("/opt/", "/var/opt/"), ("/opt/", "/usr/opt/"), ("/opt/cni/bin/", "/usr/lib/cni/"), ("/opt/cni/bin/", "/usr/libexec/cni/"),
    ];

    public static IEnumerable<HostFileInfo> TopDown(HostFileInfo root, IHostFiles files)
    {
        var pending = new Stack<HostFileInfo>([root]);
        var count = 0;
        while (pending.TryPop(out var file))
        {
            if (++count > MaxFiles)
            {
                throw new HostException($"{root.Path} has more than {MaxFiles} files");
            }

            yield return file;
            if (file.Type == HostFileType.Directory)
            {
                foreach (var child in files.List(file.Path).Reverse())
                {
                    if (files.Stat(child) is { } info)
                    {
                        pending.Push(info);
                    }
                }
            }
        }
    }

    public static IEnumerable<HostFileInfo> BottomUp(HostFileInfo root, IHostFiles files) => TopDown(root, files).Reverse();

    public static bool IsSamePlace(string path, string resolved) =>
        path == resolved
        || Aliases.Any(a => path.StartsWith(a.Alias, StringComparison.Ordinal) && a.Real + path[a.Alias.Length..] == resolved);
}
