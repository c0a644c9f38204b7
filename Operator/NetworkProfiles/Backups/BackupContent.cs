using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles.Backups;

/// <summary>What the Secret holds: an index that every reconcile reads, and the manifests, which only a restore unpacks.</summary>
internal sealed record BackupContent
{
    public const string IndexKey = "index.json";

    public const string ManifestsKey = "manifests.json.gz";

    /// <summary>An API server refuses a Secret whose data is larger than this.</summary>
    public const int LargestSecret = 1024 * 1024;

    private const int LargestJson = 64 * 1024 * 1024;
    private const int MostNamed = 3;

    public required BackupIndex Index { get; init; }

    /// <summary>Cleaned; one for each object of the index, in its order. None where no backup is wanted.</summary>
    public required IReadOnlyList<JsonObject> Manifests { get; init; }

    /// <summary>Flannel's annotations by node.</summary>
    public required JsonObject Nodes { get; init; }

    /// <returns>The Secret's data and the digest; or why it can't be kept.</returns>
    public (Dictionary<string, byte[]> Data, string Digest, string? Problem) Encode()
    {
        var json = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["objects"] = new JsonArray([.. Manifests.Select(m => m.DeepClone())]),
            ["nodes"] = Nodes.DeepClone(),
        }.ToJsonString());
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(json);
        }

        var data = new Dictionary<string, byte[]>
        {
            [IndexKey] = JsonSerializer.SerializeToUtf8Bytes(Index, ManifestsJsonContext.Default.BackupIndex),
            [ManifestsKey] = packed.ToArray(),
        };
        var size = data.Sum(entry => entry.Value.Length);
        return (data, DigestOf(json), size <= LargestSecret ? null : TooLarge(size));
    }

    /// <exception cref="InvalidDataException">It isn't what was written; the message says why.</exception>
    public static BackupContent Decode(IReadOnlyDictionary<string, byte[]>? data, string? digest)
    {
        var index = ReadIndex(data);
        if (data?.GetValueOrDefault(ManifestsKey) is not { } packed)
        {
            throw new InvalidDataException($"key {ManifestsKey} is not there");
        }

        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var json = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (gzip.Read(buffer) is > 0 and var count)
        {
            json.Write(buffer, 0, count);
            if (json.Length > LargestJson)
            {
                throw new InvalidDataException($"key {ManifestsKey} unpacks to more than {LargestJson / 1024 / 1024} MiB");
            }
        }

        if (DigestOf(json.ToArray()) is var actual && actual != digest)
        {
            throw new InvalidDataException($"the manifests' digest is {actual}, and {digest ?? "none"} was written down: somebody has changed the Secret");
        }

        var content = JsonNode.Parse(json.ToArray())!;
        return new BackupContent
        {
            Index = index,
            Manifests = [.. content["objects"]!.AsArray().Select(o => o!.AsObject())],
            Nodes = content["nodes"]!.AsObject(),
        };
    }

    /// <exception cref="InvalidDataException">There is no index that can be read.</exception>
    public static BackupIndex ReadIndex(IReadOnlyDictionary<string, byte[]>? data)
    {
        try
        {
            return data?.GetValueOrDefault(IndexKey) is { } json
                ? JsonSerializer.Deserialize(json, ManifestsJsonContext.Default.BackupIndex) ?? throw new InvalidDataException($"key {IndexKey} is null")
                : throw new InvalidDataException($"key {IndexKey} is not there");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"key {IndexKey}: {e.Message}", e);
        }
    }

    private string TooLarge(int size)
    {
        var largest = Index.Objects.Zip(Manifests)
            .Select(o => (Name: o.First.ToString(), Size: Encoding.UTF8.GetByteCount(o.Second.ToJsonString())))
            .Append((Name: "annotations of nodes", Size: Encoding.UTF8.GetByteCount(Nodes.ToJsonString())))
            .OrderByDescending(o => o.Size).Take(MostNamed)
            .Select(o => $"{o.Name} ({o.Size / 1024} KiB)");
        return $"the old network's manifests are {size / 1024} KiB when packed, and a Secret holds {LargestSecret / 1024}; the largest are {string.Join(", ", largest)}. "
            + "Keep them elsewhere yourself and make them smaller, or set spec.previousCNI.backup to false";
    }

    private static string DigestOf(byte[] json) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(json))}";
}

internal sealed record BackupIndex
{
    public required IReadOnlyList<RecordedObject> Objects { get; init; }

    /// <summary>Whether the manifests were kept, too.</summary>
    public bool HasManifests { get; init; } = true;

    public FlannelBackend? Backend { get; init; }

    public HelmReleaseName? HelmRelease { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BackupIndex))]
internal sealed partial class ManifestsJsonContext : JsonSerializerContext;
