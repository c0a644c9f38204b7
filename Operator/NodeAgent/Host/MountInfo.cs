using System.Text;

namespace NetProfile.NodeAgent.Host;

/// <summary>Reads /proc/PID/mountinfo: "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw".</summary>
public static class MountInfo
{
    public static IReadOnlyList<HostMount> Parse(IEnumerable<string> lines)
    {
        var mounts = new List<HostMount>();
        foreach (var line in lines)
        {
            var dash = line.IndexOf(" - ", StringComparison.Ordinal);
            var before = dash < 0 ? [] : line[..dash].Split(' ');
            if (before.Length >= 6)
            {
                mounts.Add(new HostMount(Unescape(before[4]), line[(dash + 3)..].Split(' ')[0], before[5]));
            }
        }

        return mounts;
    }

    /// <summary>Blanks and the like are written as \040.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).ContainsAnyExceptInRange('0', '7') is false)
            {
                result.Append((char)(((text[i + 1] - '0') * 64) + ((text[i + 2] - '0') * 8) + (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
