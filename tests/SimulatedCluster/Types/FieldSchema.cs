namespace NetProfile.SimulatedCluster.Types;

internal enum FieldShape
{
    /// <summary>Not described: maps merge by key, lists are atomic.</summary>
    Any,
    Scalar,
    Struct,
    Map,
    List,
}

/// <summary>What apply, patches and validation need to know of a value: its shape and how it merges.</summary>
internal sealed class FieldSchema
{
    public static readonly FieldSchema Any = new() { Shape = FieldShape.Any };

    private Dictionary<string, FieldSchema>? members;

    public required FieldShape Shape { get; init; }

    /// <summary>Owned and replaced as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>string, int32, bool, Time, … or the name of the struct.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>Keys of a list map; empty for another list.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    public bool IsSet { get; init; }

    /// <summary>Element of a list, value of a map.</summary>
    public FieldSchema Item { get; init; } = Any;

    /// <summary>Values that keys of a list map have when they are absent.</summary>
    public IReadOnlyDictionary<string, string> KeyDefaults { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Required { get; set; } = [];

    /// <summary>Set after construction, because types refer to themselves.</summary>
    public IReadOnlyDictionary<string, FieldSchema> Members => members ?? [];

    public IReadOnlyDictionary<string, int> ProtobufTags { get; set; } = new Dictionary<string, int>();

    public bool PreservesUnknown { get; init; }

    public bool IsGranularMap => Shape is FieldShape.Struct or FieldShape.Map or FieldShape.Any && !Atomic;

    public bool IsAssociative => Shape == FieldShape.List && (Keys.Count > 0 || IsSet);

    public bool IsNamedField(string name) => Shape == FieldShape.Struct && Members.ContainsKey(name);

    /// <summary>The schema of a member; null when a struct has none of that name.</summary>
    public FieldSchema? Member(string name) => Shape switch
    {
        FieldShape.Struct => Members.TryGetValue(name, out var found) ? found : PreservesUnknown ? Item : null,
        FieldShape.Map => Item,
        FieldShape.Any => Any,
        _ => null,
    };

    public FieldSchema MemberOrAny(string name) => Member(name) ?? Any;

    public void Fill(Dictionary<string, FieldSchema> fields) => members = fields;
}
