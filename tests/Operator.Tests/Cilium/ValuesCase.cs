using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

/// <summary>One folder below Golden/values: a profile, and for each minor the values and findings that it must come to.</summary>
public sealed record ValuesCase(string Name, CiliumVersion Version)
{
    /// <summary>The cluster that all cases are on.</summary>
    public static ValuesContext Cluster { get; } = new()
    {
        NodeCount = 3,
        ApiServerEndpoints = ["192.168.1.10:6443", "192.168.1.11:6443"],
        Platform = "kubeadm",
    };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var folder in Directory.GetDirectories(Repository.Golden("values")).Order(StringComparer.Ordinal))
        {
            foreach (var version in CiliumFacts.LatestPatches)
            {
                data.Add(Path.GetFileName(folder), version.ToString());
            }
        }

        return data;
    }

    /// <summary>Those that aren't refused, and so are rendered.</summary>
    public static TheoryData<string, string> Accepted()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in All().Select(row => row.Data))
        {
            if (new ValuesCase(row.Item1, CiliumVersion.Parse(row.Item2)).Review().Accepted)
            {
                data.Add(row.Item1, row.Item2);
            }
        }

        return data;
    }

    public string FileOf(string kind) => Repository.Golden("values", Name, $"{Version.MinorName}.{kind}");

    public ProfileReview Review() => SpecValidation.Review(Spec(), Cluster);

    public NetworkProfileSpec Spec()
    {
        var profile = YamlReader.ReadObject(File.ReadAllText(Repository.Golden("values", Name, "profile.yaml")));
        var spec = Parse(profile["spec"]!.AsObject());
        return spec with { Cilium = (spec.Cilium ?? new CiliumSpec()) with { Version = Version.ToString() } };
    }

    public static NetworkProfileSpec Parse(JsonObject spec) =>
        spec.Deserialize(CrdsJsonContext.Default.NetworkProfileSpec) ?? throw new InvalidOperationException("no spec");

    public static string ToText(JsonObject values)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = Indented.Encoder }))
        {
            values.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
