namespace NetProfile.Plugin.Diffs;

/// <summary>Two texts line by line, as <c>diff -u</c> shows them without its headings. Pure.</summary>
internal static class LineDiff
{
    private const int Context = 2;

    public static IReadOnlyList<string> Of(string before, string after)
    {
        var all = Marked(before.TrimEnd('\n').Split('\n'), after.TrimEnd('\n').Split('\n'));
        var near = new HashSet<int>(all.Index().Where(line => line.Item[0] != ' ').SelectMany(line => Enumerable.Range(line.Index - Context, (2 * Context) + 1)));
        var shown = new List<string>();
        for (var i = 0; i < all.Count; i++)
        {
            if (near.Contains(i))
            {
                shown.Add(all[i]);
            }
            else if (near.Contains(i - 1) && near.Any(n => n > i && n < all.Count))
            {
                shown.Add("…");
            }
        }

        return shown;
    }

    /// <summary>By the longest common subsequence: every line with ' ', '-' or '+' before it.</summary>
    private static List<string> Marked(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var lines = new List<string>();
        var (left, right) = (0, 0);
        while (left < before.Length || right < after.Length)
        {
            if (left < before.Length && right < after.Length && before[left] == after[right])
            {
                lines.Add(" " + before[left++]);
                right++;
            }
            else if (right == after.Length || (left < before.Length && common[left + 1, right] >= common[left, right + 1]))
            {
                lines.Add("-" + before[left++]);
            }
            else
            {
                lines.Add("+" + after[right++]);
            }
        }

        return lines;
    }
}
