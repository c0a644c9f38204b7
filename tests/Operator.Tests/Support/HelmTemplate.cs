using System.Diagnostics;
using System.Text.Json.Nodes;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Support;

/// <summary>What the real helm makes of a real chart of NETPROFILE_CHARTS (a folder of cilium-&lt;version&gt;.tgz).</summary>
public sealed record HelmTemplate(int ExitCode, IReadOnlyList<JsonObject> Objects, string Error)
{
    public JsonObject? Find(string kind, string name) =>
        Objects.FirstOrDefault(o => o["kind"]?.ToString() == kind && o["metadata"]?["name"]?.ToString() == name);

    public IReadOnlyDictionary<string, string> CiliumConfig =>
        Find("ConfigMap", "cilium-config")!["data"]!.AsObject().ToDictionary(e => e.Key, e => e.Value?.ToString() ?? "", StringComparer.Ordinal);

    /// <summary>Skips the test when there is no chart of this version, or no helm.</summary>
    public static HelmTemplate Render(string version, JsonObject values)
    {
        var chart = Path.Combine(Charts(), $"cilium-{version}.tgz");
        Assert.SkipUnless(File.Exists(chart), $"no cilium-{version}.tgz in NETPROFILE_CHARTS");
        var (exitCode, output, error) = Helm(values.ToJsonString(), "template", "cilium", chart, "--namespace", "kube-system", "--kube-version", "1.34.0", "--values", "-");
        return new HelmTemplate(exitCode, exitCode == 0 ? [.. YamlReader.ReadAll(output).OfType<JsonObject>()] : [], error);
    }

    /// <summary>The defaults of every chart in NETPROFILE_CHARTS, by version.</summary>
    public static IEnumerable<(string Version, JsonObject Values)> Defaults()
    {
        foreach (var chart in Directory.GetFiles(Charts(), "cilium-*.tgz").Order(StringComparer.Ordinal))
        {
            yield return (Path.GetFileNameWithoutExtension(chart)["cilium-".Length..], YamlReader.ReadObject(Helm("", "show", "values", chart).Output));
        }
    }

    private static string Charts()
    {
        var charts = Environment.GetEnvironmentVariable("NETPROFILE_CHARTS");
        Assert.SkipWhen(string.IsNullOrEmpty(charts), "NETPROFILE_CHARTS names no folder of Cilium charts");
        return charts!;
    }

    private static (int ExitCode, string Output, string Error) Helm(string input, params string[] arguments)
    {
        var helm = Environment.GetEnvironmentVariable("NETPROFILE_HELM") ?? Repository.Tool("helm4", "helm") ?? Repository.Tool("helm3", "helm");
        Assert.SkipWhen(helm is null, "no helm: make tools installs it");
        var start = new ProcessStartInfo(helm!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = new Process { StartInfo = start };
        process.Start();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
