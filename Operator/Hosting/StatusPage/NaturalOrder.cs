namespace NetProfile.Hosting.StatusPage;

/// <summary>node2 before node10. The runtime's own numeric ordering needs ICU, which the image doesn't have.</summary>
internal sealed class NaturalOrder : IComparer<string?>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = (x ?? "").AsSpan();
        var right = (y ?? "").AsSpan();
        while (left.Length > 0 && right.Length > 0)
        {
            var first = Digits(ref left);
            var second = Digits(ref right);
            var order = first.Length > 0 && second.Length > 0
                ? first.Length != second.Length ? first.Length - second.Length : first.SequenceCompareTo(second)
                : first.Length != second.Length ? second.Length - first.Length : Character(ref left, ref right);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(x, y);
    }

    /// <summary>The number that it begins with, without leading zeros; it is cut off.</summary>
    private static ReadOnlySpan<char> Digits(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        end = end < 0 ? text.Length : end;
        var digits = text[..end];
        text = text[end..];
        return digits.Length == 0 ? digits : digits.TrimStart('0') is { Length: > 0 } significant ? significant : digits[^1..];
    }

    private static int Character(ref ReadOnlySpan<char> left, ref ReadOnlySpan<char> right)
    {
        var order = left[0] - right[0];
        left = left[1..];
        right = right[1..];
        return order;
    }
}
