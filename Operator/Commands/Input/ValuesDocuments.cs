using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Commands.Validation;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Serialization;

namespace NetProfile.Commands.Input;

/// <summary>
/// What spec.cilium.valuesFrom names, as far as it can be had without a cluster: from ConfigMaps and Secrets among the inputs,
/// or from files that stand in for all of it.
/// </summary>
internal static class ValuesDocuments
{
    /// <summary>Sources that start so hold what isn't to be repeated in messages.</summary>
    public const string SecretSource = "Secret ";

    public static (IReadOnlyList<RawValues> Values, IReadOnlyList<Problem> Problems) Find(InputDocument profile, NetworkProfileSpec spec, IReadOnlyList<InputDocument> inputs)
    {
        var (values, problems) = (new List<RawValues>(), new List<Problem>());
        var cilium = NetworkProfileDefaults.Resolve(spec).Cilium;
        for (var i = 0; i < cilium.ValuesFrom.Count; i++)
        {
            var reference = cilium.ValuesFrom[i];
            var field = string.Create(CultureInfo.InvariantCulture, $"spec.cilium.valuesFrom[{i}]");
            var source = $"{reference.Kind} {cilium.Namespace}/{reference.Name} key {reference.Key}";
            var holder = inputs.FirstOrDefault(d => d.Kind == reference.Kind.ToString() && d.Name == reference.Name && IsIn(d, cilium.Namespace));
            if (holder is null)
            {
                problems.Add(profile.Warning(field, reference.Name, "ValuesNotFound", $"{reference.Kind} {reference.Name} is not among the files, so its values are not looked at"));
            }
            else if (TextOf(holder, reference.Key) is { } text)
            {
                Read(source, text, () => holder.LineOf("data"), values, problems, holder.File);
            }
            else if (!reference.Optional)
            {
                problems.Add(profile.Error($"{field}.key", reference.Key, "ValuesNotFound", $"{reference.Kind} {reference.Name} in {holder.File} has no such key: add it, or name another key"));
            }
        }

        return (values, problems);
    }

    public static RawValues Parse(InputText input)
    {
        try
        {
            return new RawValues(input.Name, YamlReader.ReadObject(input.Text));
        }
        catch (YamlException e)
        {
            throw new CommandException($"{input.Name}: {e.Message}", ExitCode.No, e);
        }
    }

    private static void Read(string source, string text, Func<int?> line, List<RawValues> values, List<Problem> problems, string file)
    {
        try
        {
            values.Add(new RawValues(source, YamlReader.ReadObject(text)));
        }
        catch (YamlException e)
        {
            // A parser's message may quote the text, so of a Secret only the place is told.
            var detail = source.StartsWith(SecretSource, StringComparison.Ordinal) ? e.Message.Split(':')[0] : e.Message;
            problems.Add(new Problem { Severity = ProblemSeverity.Error, File = file, Line = line(), Field = source, Reason = "MalformedValues", Message = $"not a YAML document of Helm values: {detail}" });
        }
    }

    private static bool IsIn(InputDocument document, string inNamespace) =>
        (document.Root?["metadata"] as JsonObject)?["namespace"] is not JsonValue value || value.ToString() == inNamespace;

    private static string? TextOf(InputDocument holder, string key)
    {
        if ((holder.Root?["stringData"] as JsonObject)?[key] is JsonValue clear)
        {
            return clear.ToString();
        }

        if ((holder.Root?["data"] as JsonObject)?[key] is not JsonValue data || data.GetValueKind() != JsonValueKind.String)
        {
            return null;
        }

        if (holder.Kind != "Secret")
        {
            return data.GetValue<string>();
        }

        var buffer = new byte[data.GetValue<string>().Length];
        return Convert.TryFromBase64String(data.GetValue<string>(), buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }
}
