using System.Text.RegularExpressions;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>What a person sees: the unmodified kubectl, which finds the plugin on PATH.</summary>
internal static partial class PluginPage
{
    /// <summary>Links the programs that a person has on PATH into a folder of the cluster's, and gives that folder back.</summary>
    public static string Programs(ScenarioCluster cluster)
    {
        var folder = Path.Combine(cluster.Folder, "bin");
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var kubectl = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "kubectl-1.35", "kubectl");
        Assert.SkipUnless(File.Exists(kubectl), "kubectl 1.35 is not installed: make tools");
        var netprofile = Path.Combine(AppContext.BaseDirectory, "netprofile");
        Directory.CreateDirectory(folder);
        foreach (var (name, target) in new[] { ("kubectl", kubectl), ("helm", cluster.Helm), ("netprofile", netprofile), ("kubectl-netprofile", netprofile) })
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), target);
        }

        return folder;
    }

    /// <summary>Runs a line in a shell as a person would; the home folder is the cluster's.</summary>
    public static Task<ProcessResult> ShellAsync(ScenarioCluster cluster, string script, TimeSpan? limit = null) => new ProcessRunner(TimeProvider.System).RunAsync(
        new ProcessSpec
        {
            FileName = "bash",
            Arguments = ["-euo", "pipefail", "-c", $"cd \"$HOME\"\n{script}"],
            Environment = Environment(cluster),
            Timeout = limit ?? TimeSpan.FromMinutes(2),
        },
        TestContext.Current.CancellationToken);

    public static Dictionary<string, string?> Environment(ScenarioCluster cluster) => new()
    {
        ["HOME"] = cluster.Folder,
        ["KUBECONFIG"] = cluster.Kubeconfig,
        ["PATH"] = $"{Programs(cluster)}:{System.Environment.GetEnvironmentVariable("PATH")}",
    };

    /// <summary>The page, without what differs from run to run: names of pods, ages and times.</summary>
    public static async Task<string> StatusAsync(ScenarioCluster cluster)
    {
        var result = await ShellAsync(cluster, "kubectl netprofile status || true");
        Assert.Equal("", result.StandardError);
        return Plain(result.StandardOutput);
    }

    public static string Plain(string text)
    {
        text = PodName().Replace(text, "$1-xxxxx");
        text = PlanDigest().Replace(Time().Replace(text, "<time>"), "<digest>");
        return Age().Replace(text, "${before}<age>   ");
    }

    [GeneratedRegex(@"\b(cilium|cilium-envoy|cilium-operator|hubble-relay|hubble-ui)(-[a-z0-9]{8,10})?-(?!agent\b|envoy\b|relay\b)[a-z0-9]{5}\b", RegexOptions.CultureInvariant)]
    private static partial Regex PodName();

    [GeneratedRegex("(?<=^Plan )[0-9a-f]{16}", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex PlanDigest();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    /// <summary>The column of ages, which is as wide as the longest of them; its heading too.</summary>
    [GeneratedRegex(@"(?<before>   )(([0-9]+[smhd]){1,2}|SINCE|TIME) +", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Age();
}
