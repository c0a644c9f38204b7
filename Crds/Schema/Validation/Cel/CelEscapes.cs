using System.Globalization;
using System.Text;

namespace NetProfile.Crds.Schema.Validation.Cel;

internal static class CelEscapes
{
    /// <summary>The text that the escape sequence at <paramref name="i"/> stands for; moves behind it.</summary>
    public static string Read(string text, ref int i)
    {
        if (i + 1 >= text.Length)
        {
            throw new FormatException($"a backslash at the end of: {text}");
        }

        var c = text[i + 1];
        i += 2;
        return c switch
        {
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\v",
            '\\' or '\'' or '"' or '`' or '?' => c.ToString(),
            'x' or 'X' => Hex(text, 2, ref i),
            'u' => Hex(text, 4, ref i),
            'U' => Hex(text, 8, ref i),
            >= '0' and <= '3' => Octal(text, ref i),
            _ => throw new FormatException($"unknown escape \\{c} at {i - 2} in: {text}"),
        };
    }

    private static string Hex(string text, int digits, ref int i)
    {
        if (i + digits > text.Length || !int.TryParse(text.AsSpan(i, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
        {
            throw new FormatException($"a broken escape at {i} in: {text}");
        }

        i += digits;
        return new Rune(code).ToString();
    }

    private static string Octal(string text, ref int i)
    {
        var start = i - 1;
        if (start + 3 > text.Length || text.AsSpan(start, 3).ContainsAnyExceptInRange('0', '7'))
        {
            throw new FormatException($"a broken escape at {start} in: {text}");
        }

        i = start + 3;
        return ((char)(((text[start] - '0') * 64) + ((text[start + 1] - '0') * 8) + text[start + 2] - '0')).ToString();
    }
}
