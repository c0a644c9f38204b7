namespace NetProfile.Commands.Input;

/// <summary>
/// Cuts a text where kubectl cuts it: at lines of three dashes with nothing but a comment behind them. Documents are then read one
/// by one, so that a mistake in one doesn't hide those in the others.
/// </summary>
internal static class DocumentSplitter
{
    /// <summary>Each part is preceded by as many empty lines as came before it, so that lines count as in the whole.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var part = new System.Text.StringBuilder();
        var number = 0;
        foreach (var line in text.TrimStart('\ufeff').EnumerateLines())
        {
            if (IsSeparator(line))
            {
                yield return part.ToString();
                part.Clear().Append('\n', number);
            }
            else
            {
                part.Append(line);
            }

            part.Append('\n');
            number++;
        }

        yield return part.ToString();
    }

    private static bool IsSeparator(string line)
    {
        if (!line.StartsWith("---", StringComparison.Ordinal))
        {
            return false;
        }

        var rest = line.AsSpan(3).Trim();
        return rest.IsEmpty || rest[0] == '#';
    }

    private static IEnumerable<string> EnumerateLines(this string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
