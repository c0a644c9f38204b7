using System.Buffers.Binary;
using System.Text;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>A protobuf message without its schema: fields by number, enough to read what OTLP sends.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, object Value)> _fields = [];

    /// <exception cref="InvalidDataException">Not a protobuf message.</exception>
    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint(bytes.Span, ref at);
            object value = (key & 7) switch
            {
                0 => Varint(bytes.Span, ref at),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(bytes, ref at, 8).Span),
                2 => Take(bytes, ref at, checked((int)Varint(bytes.Span, ref at))),
                5 => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, ref at, 4).Span),
                var other => throw new InvalidDataException($"wire type {other}"),
            };
            message._fields.Add((checked((int)(key >> 3)), value));
        }

        return message;
    }

    public IEnumerable<ProtoMessage> Messages(int number) => Of<ReadOnlyMemory<byte>>(number).Select(Parse);

    /// <summary>Through nested messages: <c>All(1, 2, 2)</c> are the spans of a request.</summary>
    public IEnumerable<ProtoMessage> All(params ReadOnlySpan<int> path)
    {
        IEnumerable<ProtoMessage> found = [this];
        foreach (var number in path)
        {
            found = found.SelectMany(m => m.Messages(number)).ToList();
        }

        return found;
    }

    public string Text(int number) => Of<ReadOnlyMemory<byte>>(number).Select(bytes => Encoding.UTF8.GetString(bytes.Span)).FirstOrDefault() ?? "";

    public string Hex(int number) => Of<ReadOnlyMemory<byte>>(number).Select(bytes => Convert.ToHexString(bytes.Span)).FirstOrDefault() ?? "";

    public ulong Number(int number) => Of<ulong>(number).FirstOrDefault();

    private IEnumerable<T> Of<T>(int number) => _fields.Where(f => f.Number == number).Select(f => f.Value).OfType<T>();

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> bytes, ref int at, int length)
    {
        if (length > bytes.Length - at)
        {
            throw new InvalidDataException("cut off");
        }

        at += length;
        return bytes.Slice(at - length, length);
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = at < bytes.Length && shift < 64 ? bytes[at++] : throw new InvalidDataException("a varint has no end");
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
