using System.Globalization;
using System.Text;

namespace NetProfile.Crds.Schema.Validation.Cel;

internal enum CelTokenKind
{
    Identifier,
    Literal,
    Operator,
    End,
}

internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value, int Position);

internal static class CelLexer
{
    private static readonly string[] Operators = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    public static IReadOnlyList<CelToken> Tokens(string text)
    {
        var tokens = new List<CelToken>();
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] == '/')
            {
                var end = text.IndexOf('\n', i);
                i = end < 0 ? text.Length : end;
            }
            else if (StringPrefix(text, i) is { } prefix)
            {
                tokens.Add(String(text, prefix, ref i));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
            {
                tokens.Add(Number(text, ref i));
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                var start = i;
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
                {
                    i++;
                }

                tokens.Add(Word(text[start..i], start));
            }
            else
            {
                var position = i;
                var found = Operators.FirstOrDefault(each => string.CompareOrdinal(text, position, each, 0, each.Length) == 0)
                    ?? throw new FormatException($"unexpected '{c}' at {i} in: {text}");
                tokens.Add(new CelToken(CelTokenKind.Operator, found, null, i));
                i += found.Length;
            }
        }

        tokens.Add(new CelToken(CelTokenKind.End, "end of expression", null, text.Length));
        return tokens;
    }

    private static CelToken Word(string word, int position) => word switch
    {
        "true" => new CelToken(CelTokenKind.Literal, word, true, position),
        "false" => new CelToken(CelTokenKind.Literal, word, false, position),
        "null" => new CelToken(CelTokenKind.Literal, word, null, position),
        "in" => new CelToken(CelTokenKind.Operator, word, null, position),
        _ => new CelToken(CelTokenKind.Identifier, word, null, position),
    };

    /// <summary>The r and b before a quote; null when no string begins here.</summary>
    private static string? StringPrefix(string text, int start)
    {
        var i = start;
        while (i < text.Length && i - start < 2 && "rRbB".Contains(text[i], StringComparison.Ordinal))
        {
            i++;
        }

        return i < text.Length && (text[i] is '"' or '\'') ? text[start..i].ToLowerInvariant() : null;
    }

    private static CelToken String(string text, string prefix, ref int i)
    {
        var start = i;
        i += prefix.Length;
        var quote = text[i].ToString();
        var delimiter = string.CompareOrdinal(text, i, quote + quote + quote, 0, 3) == 0 ? quote + quote + quote : quote;
        i += delimiter.Length;
        var value = new StringBuilder();
        while (string.CompareOrdinal(text, i, delimiter, 0, delimiter.Length) != 0)
        {
            if (i >= text.Length)
            {
                throw new FormatException($"unterminated string at {start} in: {text}");
            }

            if (text[i] == '\\' && !prefix.Contains('r', StringComparison.Ordinal))
            {
                value.Append(CelEscapes.Read(text, ref i));
            }
            else
            {
                value.Append(text[i++]);
            }
        }

        i += delimiter.Length;
        object literal = prefix.Contains('b', StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(value.ToString()) : value.ToString();
        return new CelToken(CelTokenKind.Literal, text[start..i], literal, start);
    }

    private static CelToken Number(string text, ref int i)
    {
        var start = i;
        if (text[i] == '0' && i + 1 < text.Length && (text[i + 1] is 'x' or 'X'))
        {
            i += 2;
            while (i < text.Length && char.IsAsciiHexDigit(text[i]))
            {
                i++;
            }

            return Suffixed(text, start, Whole(text, text.AsSpan(start + 2, i - start - 2), NumberStyles.AllowHexSpecifier), ref i);
        }

        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] is '.' or 'e' or 'E' || ((text[i] is '+' or '-') && (text[i - 1] is 'e' or 'E'))))
        {
            i++;
        }

        var digits = text.AsSpan(start, i - start);
        return digits.IndexOfAny('.', 'e', 'E') >= 0
            ? new CelToken(CelTokenKind.Literal, digits.ToString(), double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture), start)
            : Suffixed(text, start, Whole(text, digits, NumberStyles.None), ref i);
    }

    private static ulong Whole(string text, ReadOnlySpan<char> digits, NumberStyles style) =>
        ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"'{digits}' is no number in: {text}");

    private static CelToken Suffixed(string text, int start, ulong value, ref int i)
    {
        if (i < text.Length && (text[i] is 'u' or 'U'))
        {
            i++;
            return new CelToken(CelTokenKind.Literal, text[start..i], value, start);
        }

        // -9223372036854775808 is a minus and this: the wrap-around gives it back.
        return new CelToken(CelTokenKind.Literal, text[start..i], unchecked((long)value), start);
    }
}
