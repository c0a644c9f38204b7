using System.Buffers;
using System.Text;

namespace NetProfile.Processes;

internal sealed record CapturedText(string Text, bool Truncated)
{
    /// <summary>Somebody outlived the child and held its pipe open.</summary>
    public static CapturedText Lost { get; } = new("", true);

    /// <summary>Reads to the end, keeps the first <paramref name="limit"/> characters.</summary>
    public static async Task<CapturedText> ReadAsync(TextReader reader, int limit)
    {
        var kept = new StringBuilder();
        var truncated = false;
        var buffer = ArrayPool<char>.Shared.Rent(16 * 1024);
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory()) is > 0 and var read)
            {
                var room = Math.Min(read, limit - kept.Length);
                kept.Append(buffer, 0, room);
                truncated |= room < read;
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer, clearArray: true);
        }

        return new CapturedText(kept.ToString(), truncated);
    }
}
