using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NetProfile.Crds.Generator;

/// <summary>The summaries of an assembly's XML documentation file, as plain text.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, string> _summaries;

    private XmlDocs(Dictionary<string, string> summaries) => _summaries = summaries;

    public static XmlDocs Of(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{file} isn't there: build Crds with its documentation file", file);
        }

        var summaries = XDocument.Load(file).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")!), StringComparer.Ordinal);
        return new XmlDocs(summaries);
    }

    public string? Of(Type type) => _summaries.GetValueOrDefault("T:" + Name(type));

    public string? Of(PropertyInfo property) => _summaries.GetValueOrDefault($"P:{Name(property.DeclaringType!)}.{property.Name}");

    public string? Of(FieldInfo field) => _summaries.GetValueOrDefault($"F:{Name(field.DeclaringType!)}.{field.Name}");

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Text(XElement element)
    {
        var parts = element.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" } see => (see.Attribute("cref") ?? see.Attribute("langword"))!.Value.Split('.', ':')[^1],
            XElement child => Text(child),
            _ => "",
        });
        return Whitespace().Replace(string.Concat(parts), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
