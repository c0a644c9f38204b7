using System.Text;

namespace NetProfile.Processes;

/// <summary>
/// Reads a stream to its end and keeps the first characters. What has come so far can be had while the reading goes on: a
/// process that outlives the child may hold the pipe open.
/// </summary>
internal sealed class CapturedText
{
    private readonly StringBuilder kept = new();
    private readonly Lock access = new();
    private readonly int limit;
    private bool cut;

    public CapturedText(TextReader reader, int limit)
    {
        this.limit = limit;
        Completion = ReadAsync(reader);
    }

    public Task Completion { get; }

    /// <summary>There was more, or there may be more.</summary>
    public bool Truncated
    {
        get
        {
            lock (access)
            {
                return cut || !Completion.IsCompletedSuccessfully;
            }
        }
    }

    public string Text
    {
        get
        {
            lock (access)
            {
                return kept.ToString();
            }
        }
    }

    private async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[16 * 1024];
        while (await reader.ReadAsync(buffer.AsMemory()) is > 0 and var read)
        {
            lock (access)
            {
                var room = Math.Min(read, limit - kept.Length);
                kept.Append(buffer, 0, room);
                cut |= room < read;
            }
        }
    }
}
