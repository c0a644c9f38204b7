using System.Text.Json.Nodes;
using NetProfile.Commands;
using Xunit;

namespace NetProfile.Operator.Tests.Commands;

public class ValidateCommandTests
{
    private const string Valid =
        """
        apiVersion: netprofile.io/v1alpha1
        kind: NetworkProfile
        metadata:
          name: cluster
        spec:
          cilium:
            version: 1.19.6

        """;

    [Fact]
    public async Task Valid_profile_passes()
    {
        var run = await CommandRun.Of("validate -f -", Valid);
        Assert.Equal("1 NetworkProfile: 0 errors, 0 warnings\n", run.Output);
        Assert.Equal(ExitCode.Success, run.ExitCode);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_with_its_line()
    {
        var run = await CommandRun.Of("validate -f -", Valid + "    values:\n      hubble: {enabled: false}\n      nonsense: 1\n  bigTCP: {ipv4: true}\n");
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains("stdin:9: error: spec.cilium.values: hubble.enabled: false: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("stdin:10: error: spec.cilium.values: nonsense: 1: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("stdin:11: error: spec.bigTCP", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_document_does_not_hide_what_is_wrong_with_the_others()
    {
        var run = await CommandRun.Of("validate -f -", "a: b: c\n--- # next\n" + Valid.Replace("1.19.6", "9.9.9", StringComparison.Ordinal));
        Assert.Contains("stdin:1: error: line 1, column 5: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("stdin:9: error: spec.cilium.version: 9.9.9: ", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 NetworkProfile: 2 errors, 0 warnings\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_objects_are_skipped_with_a_note()
    {
        var run = await CommandRun.Of("validate -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n" + Valid);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("stdin:1: note: ConfigMap x is not a NetworkProfile: skipped\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("netprofile.io/v1beta1", "NetworkProfile", "apiVersion: netprofile.io/v1beta1: this program knows netprofile.io/v1alpha1 only")]
    [InlineData("netprofile.io/v1alpha1", "NetworkProfil", "kind: NetworkProfil: the group netprofile.io has no such kind")]
    public async Task What_was_meant_to_be_a_profile_is_refused_by_name(string apiVersion, string kind, string expected)
    {
        var run = await CommandRun.Of("validate -f -", $"apiVersion: {apiVersion}\nkind: {kind}\n");
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_of_a_List_are_looked_into()
    {
        var items = string.Join('\n', Valid.Replace("1.19.6", "1.2.3", StringComparison.Ordinal).TrimEnd().Split('\n').Select((line, i) => (i == 0 ? "- " : "  ") + line));
        var run = await CommandRun.Of("validate -f -", $"apiVersion: v1\nkind: List\nitems:\n{items}\n");
        Assert.Contains("stdin:10: error: spec.cilium.version: 1.2.3: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_input_is_read_like_yaml()
    {
        var run = await CommandRun.Of("validate -f -", "{\n\t\"apiVersion\": \"netprofile.io/v1alpha1\",\n\t\"kind\": \"NetworkProfile\",\n\t\"metadata\": {\"name\": \"cluster\"},\n\t\"spec\": {\"cilium\": {\"version\": \"1.19.6\"}}\n}");
        Assert.Equal("1 NetworkProfile: 0 errors, 0 warnings\n", run.Output);
    }

    [Fact]
    public async Task Json_output_has_a_reason_for_every_problem()
    {
        var run = await CommandRun.Of("validate -f - -o json", Valid.Replace("1.19.6", "1.2.3", StringComparison.Ordinal));
        var report = JsonNode.Parse(run.Output)!;
        Assert.False((bool)report["valid"]!);
        Assert.Equal("Error", (string?)report["problems"]![0]!["severity"]);
        Assert.Equal(7, (int)report["problems"]![0]!["line"]!);
        Assert.Equal("spec.cilium.version", (string?)report["problems"]![0]!["field"]);
        Assert.NotEmpty((string)report["problems"]![0]!["reason"]!);
    }

    [Fact]
    public async Task Second_profile_of_a_file_is_a_warning()
    {
        var run = await CommandRun.Of("validate -f -", Valid + "---\n" + Valid.Replace("name: cluster", "name: other", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("stdin:12: warning: metadata.name: other: the same file has cluster", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_of_a_Secret_are_checked_and_not_shown()
    {
        var run = await CommandRun.Of("validate -f -", Valid +
            """
                valuesFrom: [{kind: Secret, name: extra}]
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: extra, namespace: kube-system}
            stringData:
              values.yaml: "nonsense: hunter2"
            """);
        Assert.Equal(ExitCode.No, run.ExitCode);
        Assert.Contains("Secret kube-system/extra key values.yaml: nonsense: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Output, StringComparison.Ordinal);
    }
}
