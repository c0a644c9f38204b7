using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>NetworkProfiles as an operator leaves them, one a file: the inputs of every golden text.</summary>
internal static class PluginCases
{
    /// <summary>The time at which all of them are looked at.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 0, 12, 30, TimeSpan.Zero);

    private static string Folder => Path.Combine(Repository.Root, "tests", "Operator.Tests", "Plugin", "Cases");

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static JsonObject Json(string name) => YamlReader.ReadObject(File.ReadAllText(Path.Combine(Folder, $"{name}.yaml")));

    public static V1Alpha1NetworkProfile Profile(string name) =>
        Json(name).Deserialize(CrdsJsonContext.Default.V1Alpha1NetworkProfile)!;
}
