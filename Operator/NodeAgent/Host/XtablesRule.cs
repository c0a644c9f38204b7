using System.Text;

namespace NetProfile.NodeAgent.Host;

/// <summary>One rule as iptables-save prints it, without <c>-A chain</c>.</summary>
public sealed record XtablesRule
{
    public required string Chain { get; init; }

    public required string Text { get; init; }

    /// <summary>From 1, in its chain.</summary>
    public required int Position { get; init; }

    public string? Target { get; init; }

    public string? Comment { get; init; }

    public static XtablesRule? Parse(string line, int position)
    {
        if (!line.StartsWith("-A ", StringComparison.Ordinal))
        {
            return null;
        }

        var end = line.IndexOf(' ', 3);
        var chain = end < 0 ? line[3..] : line[3..end];
        var text = end < 0 ? "" : line[(end + 1)..];
        string? target = null, comment = null;
        var words = Words(text);
        for (var i = 0; i + 1 < words.Count; i++)
        {
            switch (words[i])
            {
                case "-j" or "-g":
                    target = words[i + 1];
                    break;
                case "--comment":
                    comment = words[++i];
                    break;
            }
        }

        return new XtablesRule { Chain = chain, Text = text, Position = position, Target = target, Comment = comment };
    }

    /// <summary>The words of a line of iptables-save: double quotes group, a backslash in them takes the next character as it is.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool quoted = false, any = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '\\' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
                any = true;
            }
            else if (c == ' ' && !quoted)
            {
                if (any)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                any = false;
            }
            else
            {
                word.Append(c);
                any = true;
            }
        }

        if (any)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
