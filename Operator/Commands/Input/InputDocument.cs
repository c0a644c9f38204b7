using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Serialization;

namespace NetProfile.Commands.Input;

/// <summary>One document of an input, read or with the reason why it can't be.</summary>
internal sealed record InputDocument
{
    public required string File { get; init; }

    /// <summary>null when <see cref="Error"/> says why.</summary>
    public JsonNode? Root { get; init; }

    public YamlException? Error { get; init; }

    /// <summary>Where <see cref="Root"/> stands in the file when it is an item of a List.</summary>
    public string Prefix { get; init; } = "";

    public YamlDocument? Source { get; init; }

    public string? ApiVersion => Text(Root, "apiVersion");

    public string? Kind => Text(Root, "kind");

    public string? Name => Root is JsonObject root ? Text(root["metadata"], "name") : null;

    public int? LineOf(string path) => Source?.LineOf(Prefix.Length == 0 ? path : path.Length == 0 ? Prefix : $"{Prefix}.{path}") ?? Error?.Line;

    /// <summary>All documents of a text; those that are empty are left out, Lists give their items.</summary>
    public static IEnumerable<InputDocument> ReadAll(InputText input)
    {
        foreach (var part in DocumentSplitter.Split(input.Text))
        {
            IReadOnlyList<YamlDocument> documents;
            YamlException? error = null;
            try
            {
                documents = YamlReader.ReadDocuments(part);
            }
            catch (YamlException e)
            {
                (documents, error) = ([], e);
            }

            if (error is not null)
            {
                yield return new InputDocument { File = input.Name, Error = error };
            }

            foreach (var item in documents.SelectMany(document => Items(input.Name, document)))
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<InputDocument> Items(string file, YamlDocument source)
    {
        if (source.Root is null)
        {
            return [];
        }

        var whole = new InputDocument { File = file, Root = source.Root, Source = source };
        return whole.Kind is "List" or "NetworkProfileList" && source.Root["items"] is JsonArray items
            ? items.Select((item, i) => whole with { Root = item, Prefix = string.Create(CultureInfo.InvariantCulture, $"items[{i}]") })
            : [whole];
    }

    private static string? Text(JsonNode? node, string key) =>
        node is JsonObject map && map[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
