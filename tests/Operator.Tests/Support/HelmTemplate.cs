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
        var charts = Environment.GetEnvironmentVariable("NETPROFILE_CHARTS");
        Assert.SkipWhen(string.IsNullOrEmpty(charts), "NETPROFILE_CHARTS names no folder of Cilium charts");
        var chart = Path.Combine(charts!, $"cilium-{version}.tgz");
        Assert.SkipUnless(File.Exists(chart), $"no cilium-{version}.tgz in NETPROFILE_CHARTS");
        var helm = Environment.GetEnvironmentVariable("NETPROFILE_HELM") ?? Repository.Tool("helm4", "helm") ?? Repository.Tool("helm3", "helm");
        Assert.SkipWhen(helm is null, "no helm: make tools installs it");

        var start = new ProcessStartInfo(helm!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "template", "cilium", chart, "--namespace", "kube-system", "--kube-version", "1.34.0", "--values", "-" })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = new Process { StartInfo = start };
        process.Start();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(values.ToJsonString());
        process.StandardInput.Close();
        process.WaitForExit();
        return new HelmTemplate(process.ExitCode,
            process.ExitCode == 0 ? [.. YamlReader.ReadAll(output.Result).OfType<JsonObject>()] : [],
            error.Result);
    }
}
