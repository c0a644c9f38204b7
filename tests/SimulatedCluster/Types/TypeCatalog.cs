using System.Globalization;

namespace NetProfile.SimulatedCluster.Types;

/// <summary>Reads BuiltInTypes.txt.</summary>
internal sealed class TypeCatalog
{
    private static readonly FieldSchema Anything = new() { Shape = FieldShape.Any, TypeName = "Any" };

    private readonly Dictionary<string, FieldSchema> structs = [];
    private readonly Dictionary<(string ApiVersion, string Kind), string> kinds = [];

    private TypeCatalog(IEnumerable<string> lines) => Read([.. lines.Where(line => line.Length > 0 && line[0] != '#')]);

    public static TypeCatalog Instance { get; } = Load();

    /// <summary>The type of a kind; null for one that is not described.</summary>
    public FieldSchema? Find(string apiVersion, string kind) =>
        kinds.TryGetValue((apiVersion, kind), out var name) ? structs[name] : null;

    public FieldSchema? FindType(string name) => structs.GetValueOrDefault(name);

    public IEnumerable<KeyValuePair<string, FieldSchema>> Structs => structs;

    public IEnumerable<(string ApiVersion, string Kind, string Type)> Kinds => kinds.Select(pair => (pair.Key.ApiVersion, pair.Key.Kind, pair.Value));

    private static TypeCatalog Load()
    {
        using var stream = typeof(TypeCatalog).Assembly.GetManifestResourceStream("BuiltInTypes.txt")!;
        using var reader = new StreamReader(stream);
        return new TypeCatalog(reader.ReadToEnd().Split('\n'));
    }

    // Names first, because types refer to each other in any order.
    private void Read(IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Where(IsHeader))
        {
            Declare(line.Split(' '));
        }

        var fields = new List<string>();
        for (var index = lines.Count - 1; index >= 0; index--)
        {
            if (!IsHeader(lines[index]))
            {
                fields.InsertRange(0, lines[index].Split("; "));
                continue;
            }

            Define(lines[index].Split(' '), fields);
            fields.Clear();
        }

        // "A = B" takes over the fields of B.
        foreach (var words in lines.Where(IsHeader).Select(line => line.Split(' ')).Where(words => words.Contains("=")))
        {
            var (own, basis) = (structs[words[0]], structs[words[2]]);
            own.Fill(basis.Members.Concat(own.Members).ToDictionary());
            own.ProtobufTags = basis.ProtobufTags;
        }
    }

    private static bool IsHeader(string line) => char.IsAsciiLetterUpper(line[0]);

    private void Declare(string[] words)
    {
        var atomic = words[0].EndsWith('!');
        var name = words[0].TrimEnd('!');
        structs[name] = new FieldSchema { Shape = FieldShape.Struct, TypeName = name, Atomic = atomic };
        if (Array.Find(words, word => word.StartsWith('@')) is { } version)
        {
            kinds[(version[1..], words[^1])] = name;
        }
    }

    private void Define(string[] words, List<string> fields)
    {
        var type = structs[words[0].TrimEnd('!')];
        var (members, tags, required) = (new Dictionary<string, FieldSchema>(), new Dictionary<string, int>(), new List<string>());
        if (words.Any(word => word.StartsWith('@')))
        {
            members["apiVersion"] = members["kind"] = Scalar("string");
        }

        foreach (var parts in fields.Select(field => field.Split(' ')))
        {
            var name = parts[1].TrimEnd('*');
            members[name] = Resolve(parts[2], parts.Length > 3 ? parts[3] : "");
            if (parts[1].EndsWith('*'))
            {
                required.Add(name);
            }

            if (parts[0] != "-")
            {
                tags[name] = int.Parse(parts[0], CultureInfo.InvariantCulture);
            }
        }

        type.Fill(members);
        type.ProtobufTags = tags;
        type.Required = required;
    }

    private FieldSchema Resolve(string type, string keys)
    {
        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            var names = keys is "" or "set" ? [] : keys.Split(',');
            return new FieldSchema
            {
                Shape = FieldShape.List,
                Item = Resolve(type[2..], ""),
                IsSet = keys == "set",
                Keys = names,
                Atomic = keys.Length == 0,
                KeyDefaults = names.Contains("protocol") ? new Dictionary<string, string> { ["protocol"] = "TCP" } : new Dictionary<string, string>(),
            };
        }

        if (type.StartsWith("map<", StringComparison.Ordinal))
        {
            return new FieldSchema { Shape = FieldShape.Map, Item = Resolve(type.TrimEnd('!')[4..^1], ""), Atomic = type.EndsWith('!') };
        }

        return type == "Any" ? Anything : structs.TryGetValue(type, out var found) ? found : Scalar(type);
    }

    private static FieldSchema Scalar(string type) => new() { Shape = FieldShape.Scalar, TypeName = type.Split('=')[0] };
}
