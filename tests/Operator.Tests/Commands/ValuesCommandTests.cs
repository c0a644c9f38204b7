using NetProfile.Commands;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Commands;

public class ValuesCommandTests
{
    private const string Profile =
        """
        apiVersion: netprofile.io/v1alpha1
        kind: NetworkProfile
        metadata: {name: cluster}
        spec:
          cilium:
            version: 1.19.6
            values: {debug: {enabled: true}}
        """;

    [Fact]
    public async Task Values_are_yaml_on_stdout_and_nothing_else()
    {
        var run = await CommandRun.Of("values -f - --node-count 1", Profile);
        var values = YamlReader.ReadObject(run.Output);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.True((bool)values["debug"]!["enabled"]!);
        Assert.Equal(1, (long)values["operator"]!["replicas"]!);
        Assert.Equal("1.19", (string?)values["upgradeCompatibility"]);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Refused_profile_has_no_values()
    {
        var run = await CommandRun.Of("values -f -", Profile.Replace("debug", "nonsense", StringComparison.Ordinal));
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("stdin:7: error: spec.cilium.values: nonsense", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_stand_in_for_valuesFrom()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, "debug: {enabled: false, verbose: flow}\n", TestContext.Current.CancellationToken);
        try
        {
            var run = await CommandRun.Of($"values -f - --values-from {file}", Profile);
            var values = YamlReader.ReadObject(run.Output);
            Assert.True((bool)values["debug"]!["enabled"]!);
            Assert.Equal("flow", (string?)values["debug"]!["verbose"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Several_profiles_are_refused_by_name()
    {
        var run = await CommandRun.Of("values -f -", Profile + "\n---\n" + Profile.Replace("name: cluster", "name: other", StringComparison.Ordinal));
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains("cluster in stdin, other in stdin", run.Error, StringComparison.Ordinal);
    }
}
