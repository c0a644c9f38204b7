using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>Everything of a node that a cleaning could touch, as text: sorted, without counters, timers and link numbers.</summary>
internal static partial class NodeDump
{
    private const string Script = """
        section() { echo "== $1"; }
        section links; ip -d -o link
        section addresses; ip -o addr | sed 's/^[0-9]*: //'
        section routes; ip -d route show table all; ip -d -6 route show table all
        section rules; ip rule; ip -6 rule
        section neighbours; ip neigh show nud permanent; bridge fdb show | grep -v 33:33: | grep -v 01:00:5e || true
        for tool in iptables-legacy ip6tables-legacy iptables-nft ip6tables-nft; do section $tool; $tool-save 2>/dev/null || true; done
        section nft; nft -s list ruleset 2>/dev/null | awk '/^table/{t=$0;c=""} /^[ \t]*chain/{c=$0} /[^} \t]/{print t c $0}'
        section sets; ipset save
        """;

    public static async Task<string> TakeAsync(TestNode node)
    {
        var lines = new List<string>();
        var section = "";
        foreach (var line in (await node.ShAsync(Script)).Split('\n'))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                section = line[3..] + " ";
            }
            else if (Normalize(line) is { Length: > 0 } text)
            {
                lines.Add(section + text);
            }
        }

        lines.AddRange(Files(node.Root));
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static string Normalize(string line)
    {
        if (line.StartsWith('#'))
        {
            return "";
        }

        line = LinkNumber().Replace(line, "");
        line = Counters().Replace(line, "");
        line = Timers().Replace(line, "");
        return line.Trim();
    }

    private static IEnumerable<string> Files(string root)
    {
        string[] left = [root + "/proc", root + "/var/lib/netprofile", root + "/run/netprofile.lock", root + "/run/netns"];
        var pending = new Stack<string>([root]);
        while (pending.TryPop(out var folder))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder).Except(left))
            {
                var info = new FileInfo(path);
                var content = info.LinkTarget;
                if (content is null && info.Attributes.HasFlag(FileAttributes.Directory))
                {
                    pending.Push(path);
                }
                else
                {
                    content ??= Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..12];
                }

                yield return $"file {path[root.Length..]} {info.UnixFileMode} {content}";
            }
        }
    }

    [GeneratedRegex(@"^[0-9]+: |@if[0-9]+|link-netnsid [0-9]+")]
    private static partial Regex LinkNumber();

    [GeneratedRegex(@"\[[0-9]+:[0-9]+\]| counter packets [0-9]+ bytes [0-9]+")]
    private static partial Regex Counters();

    [GeneratedRegex(@"(gc_timer|hello_timer|tcn_timer|topology_change_timer|forward_delay_timer|message_age_timer|hold_timer) +[0-9.]+|expires [0-9]+sec|linkdown|state (UNKNOWN|DOWN|UP|LOWERLAYERDOWN)|<[A-Z,_0-9-]*>")]
    private static partial Regex Timers();
}
