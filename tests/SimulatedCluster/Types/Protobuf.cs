using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Types;

/// <summary>
/// Reads the protobuf form in which kubectl's typed clients send built-in objects. Only requests: answers are JSON, which
/// every client accepts.
/// </summary>
internal static class Protobuf
{
    // Not pointers in Go, so that their zero value is always sent and means absent.
    private static readonly HashSet<string> ZeroMeansAbsent =
        ["generation", "minReadySeconds", "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "paused", "unschedulable", "hostPort", "optional", "globalDefault", "count"];

    public static JsonObject Decode(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
        {
            throw ApiException.BadRequest("error decoding the request body: provided data does not appear to be a protobuf message, expected prefix 6b 38 73 00");
        }

        var (apiVersion, kind, raw) = ("", "", Array.Empty<byte>());
        var reader = new WireReader(body[4..]);
        while (reader.Next())
        {
            if (reader.Tag == 1)
            {
                var meta = new WireReader(reader.Bytes);
                while (meta.Next())
                {
                    (apiVersion, kind) = meta.Tag == 1 ? (meta.Text, kind) : (apiVersion, meta.Text);
                }
            }
            else if (reader.Tag == 2)
            {
                raw = reader.Bytes.ToArray();
            }
        }

        var type = TypeCatalog.Instance.Find(apiVersion, kind) ?? TypeCatalog.Instance.FindType(kind)
            ?? throw ApiException.UnsupportedMediaType("application/vnd.kubernetes.protobuf", "application/json", "application/yaml");
        var value = Struct(raw, type);
        value["apiVersion"] = apiVersion;
        value["kind"] = kind;
        return value;
    }

    private static JsonObject Struct(ReadOnlySpan<byte> body, FieldSchema type)
    {
        var value = new JsonObject();
        var reader = new WireReader(body);
        while (reader.Next())
        {
            var tag = reader.Tag;
            var name = type.ProtobufTags.FirstOrDefault(pair => pair.Value == tag).Key;
            if (name is not null)
            {
                Field(value, name, type.Members[name], ref reader);
            }
        }

        return value;
    }

    private static void Field(JsonObject value, string name, FieldSchema schema, ref WireReader reader)
    {
        switch (schema.Shape)
        {
            case FieldShape.List:
                if (value[name] is not JsonArray list)
                {
                    value[name] = list = [];
                }

                list.Add(Single(schema.Item, ref reader));
                break;
            case FieldShape.Map:
                Entry(value.Ensure(name), schema.Item, ref reader);
                break;
            default:
                var single = Single(schema, ref reader);
                if (single is not null and not JsonObject { Count: 0 } && !(single.AsString() is "") && !(ZeroMeansAbsent.Contains(name) && single.ToString() is "0" or "false"))
                {
                    value[name] = single;
                }

                break;
        }
    }

    private static void Entry(JsonObject map, FieldSchema item, ref WireReader reader)
    {
        var entry = new WireReader(reader.Bytes);
        var key = "";
        JsonNode? value = item.TypeName == "string" ? JsonValue.Create("") : null;
        while (entry.Next())
        {
            if (entry.Tag == 1)
            {
                key = entry.Text;
            }
            else
            {
                value = Single(item, ref entry);
            }
        }

        map[key] = value;
    }

    private static JsonNode? Single(FieldSchema schema, ref WireReader reader) => (schema.Shape, schema.TypeName) switch
    {
        (FieldShape.Struct, _) => Struct(reader.Bytes, schema),
        (FieldShape.Any, _) => null,
        (_, "string") => JsonValue.Create(reader.Text),
        (_, "bool") => JsonValue.Create(reader.Number != 0),
        (_, "bytes") => JsonValue.Create(Convert.ToBase64String(reader.Bytes)),
        (_, "Time") => Time(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        (_, "MicroTime") => Time(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        (_, "Quantity") => First(reader.Bytes),
        (_, "IntOrString") => IntOrString(reader.Bytes),
        (_, "FieldsV1") => JsonText.Parse(Encoding.UTF8.GetBytes(First(reader.Bytes)?.ToString() ?? "{}")),
        _ => JsonValue.Create((long)reader.Number),
    };

    private static JsonValue? Time(ReadOnlySpan<byte> body, string format)
    {
        long seconds = 0;
        long nanoseconds = 0;
        var reader = new WireReader(body);
        while (reader.Next())
        {
            (seconds, nanoseconds) = reader.Tag == 1 ? ((long)reader.Number, nanoseconds) : (seconds, (long)reader.Number);
        }

        return body.Length == 0 ? null
            : JsonValue.Create(DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100).UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
    }

    private static JsonValue? First(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        return reader.Next() ? JsonValue.Create(reader.Text) : null;
    }

    private static JsonValue IntOrString(ReadOnlySpan<byte> body)
    {
        var (isText, number, text) = (false, 0L, "");
        var reader = new WireReader(body);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case 1:
                    isText = reader.Number == 1;
                    break;
                case 2:
                    number = (long)reader.Number;
                    break;
                default:
                    text = reader.Text;
                    break;
            }
        }

        return isText ? JsonValue.Create(text) : JsonValue.Create(number);
    }
}

/// <summary>The fields of one protobuf message, one after another.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    public int Tag { get; private set; }

    public ulong Number { get; private set; }

    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    public bool Next()
    {
        if (rest.Length == 0)
        {
            return false;
        }

        var key = Varint();
        Tag = (int)(key >> 3);
        Number = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes = Take((int)Varint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw ApiException.BadRequest("error decoding the request body: proto: illegal wireType");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > rest.Length)
        {
            throw ApiException.BadRequest("error decoding the request body: unexpected EOF");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                break;
            }
        }

        return value;
    }
}
