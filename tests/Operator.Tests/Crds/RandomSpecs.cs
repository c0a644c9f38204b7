using System.Text.Json.Nodes;

namespace NetProfile.Operator.Tests.Crds;

/// <summary>Values made after a schema, right ones mostly; the same seed gives the same value.</summary>
internal sealed class RandomSpecs(int seed, int percentWrong)
{
    private static readonly string[] Texts =
    [
        "", "x", "cilium", "kube-system", "1.19.6", "10.245.0.0/16", "10.0.0.0/8", "fd00::/104", "10.0.0.1:6443", "https://helm.cilium.io", "oci://quay.io/cilium",
        "/charts", "values.yaml", "10%", "100%", "3", "dns", "flow:sourceContext=pod", "A B", "10.0.0.0/33", "\n", "ä", "'", "$", "sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ];

    private readonly Random _random = new(seed);

    public JsonNode? Value(JsonObject schema)
    {
        if (_random.Next(100) < percentWrong)
        {
            return Wrong();
        }

        if (schema["enum"] is JsonArray values)
        {
            return values[_random.Next(values.Count)]!.DeepClone();
        }

        if (schema["x-kubernetes-int-or-string"] is not null)
        {
            return _random.Next(2) == 0 ? _random.Next(1, 100) : $"{_random.Next(1, 100)}%";
        }

        return schema["type"]!.ToString() switch
        {
            "boolean" => _random.Next(2) == 0,
            "integer" => _random.NextInt64(Bound(schema, "minimum", -3), Bound(schema, "maximum", 100_000) + 1),
            "array" => new JsonArray(Enumerable.Range(0, _random.Next(4)).Select(_ => Value(schema["items"]!.AsObject())).ToArray()),
            "object" => Object(schema),
            _ => Text(schema),
        };
    }

    private JsonObject Object(JsonObject schema)
    {
        var result = new JsonObject();
        var required = schema["required"]?.AsArray().Select(name => name!.ToString()).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(name) || _random.Next(3) == 0)
            {
                result[name] = Value(property!.AsObject());
            }
        }

        return result;
    }

    private string Text(JsonObject schema)
    {
        if (schema["format"]?.ToString() == "date-time")
        {
            return "2026-11-20T11:22:33Z";
        }

        var fitting = schema["pattern"] is { } pattern ? Texts.Where(text => System.Text.RegularExpressions.Regex.IsMatch(text, pattern.ToString())).ToArray() : Texts;
        return fitting[_random.Next(fitting.Length)];
    }

    private JsonNode? Wrong() => _random.Next(7) switch
    {
        0 => null,
        1 => _random.Next(-1000, 1000),
        2 => _random.NextDouble() * 1e12,
        3 => _random.Next(2) == 0,
        4 => new JsonArray(null, "x", new JsonObject()),
        5 => new JsonObject { ["x"] = 1 },
        _ => Texts[_random.Next(Texts.Length)],
    };

    private static long Bound(JsonObject schema, string key, long otherwise) => schema[key]?.GetValue<long>() ?? otherwise;
}
