using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace NetProfile.Helm.Releases;

/// <summary>
/// The encoding that helm gives a release inside its Secret: JSON, gzip, base64 (the Secret's own base64 comes on top and is
/// gone here). Bounded, since a Secret of 1 MB can unpack to a gigabyte.
/// </summary>
public static class ReleasePayload
{
    public const int LargestJson = 64 * 1024 * 1024;

    /// <summary>Hands the JSON to <paramref name="read"/>; the memory is not valid afterwards.</summary>
    /// <exception cref="InvalidDataException">Not what helm writes.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> stored, Func<ReadOnlyMemory<byte>, T> read)
    {
        var packed = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(stored.Length));
        try
        {
            if (Base64.DecodeFromUtf8(stored, packed, out _, out var length) != OperationStatus.Done)
            {
                throw new InvalidDataException("the release is not base64");
            }

            return Unpack(packed, length, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed, clearArray: true);
        }
    }

    public static byte[] Encode(ReadOnlySpan<byte> json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(json);
        }

        return Encoding.ASCII.GetBytes(Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length));
    }

    private static T Unpack<T>(byte[] packed, int length, Func<ReadOnlyMemory<byte>, T> read)
    {
        // Releases of helm 2 were stored without gzip; nothing that this program can drive, so not read.
        if (length < 3 || packed[0] != 0x1f || packed[1] != 0x8b)
        {
            throw new InvalidDataException("the release is not gzip");
        }

        using var gzip = new GZipStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
        var json = ArrayPool<byte>.Shared.Rent(Math.Max(64 * 1024, length * 8));
        var filled = 0;
        try
        {
            while (gzip.Read(json, filled, json.Length - filled) is > 0 and var count)
            {
                filled += count;
                if (filled == json.Length)
                {
                    json = Grown(json);
                }
            }

            return read(json.AsMemory(0, filled));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(json, clearArray: true);
        }
    }

    private static byte[] Grown(byte[] full)
    {
        if (full.Length >= LargestJson)
        {
            throw new InvalidDataException($"the release unpacks to more than {LargestJson / 1024 / 1024} MiB");
        }

        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full, clearArray: true);
        return larger;
    }
}
