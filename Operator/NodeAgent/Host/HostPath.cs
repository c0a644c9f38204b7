namespace NetProfile.NodeAgent.Host;

/// <summary>Resolves a path of the node below the folder where the node's root is seen, as chroot would.</summary>
internal static class HostPath
{
    private const int MaxLinks = 40;

    /// <summary>The path on the node with every symlink but the last segment resolved; null when a folder on the way isn't there.</summary>
    public static string? Resolve(string root, string path)
    {
        var pending = new Stack<string>(Segments(path).Reverse());
        var done = new List<string>();
        var links = 0;
        while (pending.TryPop(out var segment))
        {
            if (segment == "..")
            {
                if (done.Count > 0)
                {
                    done.RemoveAt(done.Count - 1);
                }

                continue;
            }

            done.Add(segment);
            if (pending.Count == 0)
            {
                break;
            }

            var stat = NativeFile.Stat(Physical(root, done));
            switch (stat?.Mode & 0xf000)
            {
                case 0x4000:
                    break;
                case 0xa000:
                    if (++links > MaxLinks)
                    {
                        return null;
                    }

                    var target = new FileInfo(Physical(root, done)).LinkTarget ?? "";
                    done.RemoveAt(done.Count - 1);
                    if (target.StartsWith('/'))
                    {
                        done.Clear();
                    }

                    foreach (var part in Segments(target).Reverse())
                    {
                        pending.Push(part);
                    }

                    break;
                default:
                    return null;
            }
        }

        return "/" + string.Join('/', done);
    }

    public static string Physical(string root, string resolved) => root == "/" ? resolved : root + resolved;

    private static string Physical(string root, List<string> segments) => Physical(root, "/" + string.Join('/', segments));

    private static IEnumerable<string> Segments(string path) => path.Split('/').Where(segment => segment.Length > 0 && segment != ".");
}
