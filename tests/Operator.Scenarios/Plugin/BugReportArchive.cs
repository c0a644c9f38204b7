using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Plugin;

/// <summary>What `kubectl netprofile bugreport` has written of a cluster with three agents.</summary>
internal sealed class BugReportArchive
{
    private readonly Dictionary<string, string> _files = [];

    private BugReportArchive(string path)
    {
        using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        while (tar.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            _files[entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]] = text.ReadToEnd();
        }
    }

    /// <summary>Of the one archive in the cluster's folder.</summary>
    public static BugReportArchive In(ScenarioCluster cluster) => new(Assert.Single(Directory.GetFiles(cluster.Folder, "netprofile-bugreport-*.tar.gz")));

    public void AssertIsComplete()
    {
        Assert.DoesNotContain("not-collected.txt", _files.Keys);
        Has("networkprofiles.yaml", "type: Ready");
        Has("events-of-cluster-objects.yaml", "reason: ");
        Has("daemonsets.yaml", "name: cilium");
        Has("cilium-config.yaml", "routing-mode: ");
        Has("releases.yaml", "sh.helm.release.v1.cilium.v1");
        Has("nodes.yaml", "name: node1");
        foreach (var node in new[] { "node1", "node2", "node3" })
        {
            Assert.Equal("Ok", (string?)JsonNode.Parse(_files[$"agents/{node}/status.json"])!["cilium"]!["state"]);
            Has($"agents/{node}/status.txt", "Cilium:");
            Has($"agents/{node}/endpoints.txt", "reserved:host");
        }

        Assert.Equal(3, _files.Keys.Count(name => name.StartsWith("logs/cilium-", StringComparison.Ordinal) && name.EndsWith("/cilium-agent.log", StringComparison.Ordinal)));
        Assert.Contains(_files.Keys, name => name.StartsWith("logs/netprofile-", StringComparison.Ordinal));
    }

    public void AssertHasNothingOf(params ReadOnlySpan<string> secrets)
    {
        foreach (var secret in secrets)
        {
            Assert.Empty(_files.Where(file => file.Value.Contains(secret, StringComparison.Ordinal)).Select(file => file.Key));
        }
    }

    private void Has(string file, string text) => Assert.Contains(text, _files[file], StringComparison.Ordinal);
}
