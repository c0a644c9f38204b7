namespace NetProfile.NodeAgent.Catalogue;

/// <summary>
/// A name with wildcards: <c>*</c> is any run of characters but '/', <c>#</c> is one to eight digits. Everything else is itself.
/// Not a regular expression, so that data can't be slow or surprising.
/// </summary>
public static class NamePattern
{
    public static bool IsMatch(string pattern, string name) => Match(pattern, name);

    public static bool IsMatchAny(IEnumerable<string> patterns, string name)
    {
        foreach (var pattern in patterns)
        {
            if (Match(pattern, name))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '#');

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        while (!pattern.IsEmpty)
        {
            switch (pattern[0])
            {
                case '*':
                    return MatchRun(pattern[1..], name);
                case '#':
                    return MatchDigits(pattern[1..], name);
                default:
                    if (name.IsEmpty || name[0] != pattern[0])
                    {
                        return false;
                    }

                    pattern = pattern[1..];
                    name = name[1..];
                    break;
            }
        }

        return name.IsEmpty;
    }

    private static bool MatchRun(ReadOnlySpan<char> rest, ReadOnlySpan<char> name)
    {
        for (var length = 0; ; length++)
        {
            if (Match(rest, name[length..]))
            {
                return true;
            }

            if (length == name.Length || name[length] == '/')
            {
                return false;
            }
        }
    }

    private static bool MatchDigits(ReadOnlySpan<char> rest, ReadOnlySpan<char> name)
    {
        for (var length = 1; length <= 8 && length <= name.Length && char.IsAsciiDigit(name[length - 1]); length++)
        {
            if (Match(rest, name[length..]))
            {
                return true;
            }
        }

        return false;
    }
}
