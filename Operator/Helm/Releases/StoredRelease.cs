using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Helm.Releases;

/// <summary>
/// The little of a stored release that we need: its templates, files and manifest (a megabyte or more for Cilium, with
/// Secrets in them) are passed over and never become objects.
/// </summary>
public sealed record StoredRelease
{
    /// <summary>Why the payload could not be read; all else is empty then.</summary>
    public string? Unreadable { get; init; }

    public int Revision { get; init; }

    public string Status { get; init; } = "";

    public string? Description { get; init; }

    public DateTimeOffset? LastDeployed { get; init; }

    public string ChartName { get; init; } = "";

    public string ChartVersion { get; init; } = "";

    public string? AppVersion { get; init; }

    public JsonObject Config { get; init; } = [];

    public static StoredRelease Parse(ReadOnlySpan<byte> stored)
    {
        try
        {
            return ReleasePayload.Decode(stored, json => Read(json.Span));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FormatException)
        {
            return new StoredRelease { Unreadable = e.Message };
        }
    }

    private static StoredRelease Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var release = new StoredRelease();
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "version":
                    release = release with { Revision = reader.GetInt32() };
                    break;
                case "info" when reader.TokenType == JsonTokenType.StartObject:
                    release = ReadInfo(ref reader, release);
                    break;
                case "chart" when reader.TokenType == JsonTokenType.StartObject:
                    release = ReadChart(ref reader, release);
                    break;
                case "config" when reader.TokenType == JsonTokenType.StartObject:
                    release = release with { Config = JsonNode.Parse(ref reader)!.AsObject() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return release;
    }

    private static StoredRelease ReadInfo(ref Utf8JsonReader reader, StoredRelease release)
    {
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "status":
                    release = release with { Status = reader.GetString() ?? "" };
                    break;
                case "description":
                    release = release with { Description = reader.GetString() };
                    break;
                case "last_deployed":
                    release = release with { LastDeployed = Time(reader.GetString()) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return release;
    }

    private static StoredRelease ReadChart(ref Utf8JsonReader reader, StoredRelease release)
    {
        while (NextProperty(ref reader) is { } name)
        {
            if (name == "metadata" && reader.TokenType == JsonTokenType.StartObject)
            {
                release = ReadMetadata(ref reader, release);
            }
            else
            {
                reader.Skip();
            }
        }

        return release;
    }

    private static StoredRelease ReadMetadata(ref Utf8JsonReader reader, StoredRelease release)
    {
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "name":
                    release = release with { ChartName = reader.GetString() ?? "" };
                    break;
                case "version":
                    release = release with { ChartVersion = reader.GetString() ?? "" };
                    break;
                case "appVersion":
                    release = release with { AppVersion = reader.GetString() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return release;
    }

    /// <summary>The name of the next property, with the reader on its value; null at the object's end.</summary>
    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        var name = reader.GetString();
        reader.Read();
        return name;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException("the release is not a JSON object");
        }
    }

    // Go's zero time stands for "not set".
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;
}
