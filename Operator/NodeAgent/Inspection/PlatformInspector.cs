using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Inspection;

/// <summary>Which distribution made this node, and the CNI files that it looks at. By files only.</summary>
public static class PlatformInspector
{
    private static readonly string[] ConfDirectories =
        ["/etc/cni/net.d", "/var/lib/rancher/k3s/agent/etc/cni/net.d", "/var/lib/rancher/rke2/agent/etc/cni/net.d", "/var/snap/microk8s/current/args/cni-network"];

    private static readonly string[] BinaryDirectories = ["/opt/cni/bin", "/var/lib/rancher/k3s/data/cni", "/var/lib/rancher/k3s/data/current/bin", "/var/snap/microk8s/current/opt/cni/bin"];

    /// <summary>In this order: a kind node was made with kubeadm, and an RKE2 node has k3s' folders.</summary>
    private static readonly (string Path, string Name)[] Signs =
    [
        ("/kind", "kind"), ("/var/lib/minikube", "minikube"), ("/var/snap/microk8s", "microk8s"), ("/etc/rancher/rke2", "rke2"), ("/var/lib/rancher/rke2", "rke2"),
        ("/etc/rancher/k3s", "k3s"), ("/var/lib/rancher/k3s", "k3s"), ("/etc/machine-config-daemon", "OpenShift"), ("/var/lib/kubelet/kubeadm-flags.env", "kubeadm"),
        ("/etc/kubernetes/kubelet.conf", "kubeadm"),
    ];

    public static string Distribution(IHostFiles files)
    {
        var id = OsRelease(files).GetValueOrDefault("ID");
        if (id is "talos")
        {
            return "Talos";
        }

        return id is "rhcos" or "scos" ? "OpenShift" : Array.Find(Signs, sign => files.Stat(sign.Path) is not null).Name ?? "unknown";
    }

    public static string? OperatingSystem(IHostFiles files)
    {
        var release = OsRelease(files);
        return release.GetValueOrDefault("PRETTY_NAME") ?? release.GetValueOrDefault("NAME");
    }

    public static IReadOnlyList<CniConfigFacts> CniConfigs(IHostFiles files) =>
        [.. ConfDirectories.SelectMany(files.List)
            .Where(path => path.EndsWith(".conf", StringComparison.Ordinal) || path.EndsWith(".conflist", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal))
            .Select(path => Config(files, path))];

    public static IReadOnlyList<string> CniBinaries(IHostFiles files) =>
        [.. BinaryDirectories.SelectMany(files.List).Where(path => files.Stat(path)?.Type is HostFileType.File or HostFileType.Symlink)
            .Select(path => path[(path.LastIndexOf('/') + 1)..]).Distinct(StringComparer.Ordinal).Take(100)];

    public static IReadOnlyList<string> RuntimeDirectories(IHostFiles files) =>
        [.. HostProcesses.RuntimeDirectories.Where(path => files.Stat(path) is { Type: HostFileType.Directory })];

    private static CniConfigFacts Config(IHostFiles files, string path)
    {
        JsonObject? json = null;
        try
        {
            json = JsonNode.Parse(files.Read(path, 1024 * 1024)) as JsonObject;
        }
        catch (JsonException)
        {
            // The runtime can't read it either; that it is there still matters.
        }

        var plugins = (json?["plugins"] as JsonArray ?? []).Select(plugin => LinkJson.Text(plugin?["type"])).OfType<string>().ToList();
        return new CniConfigFacts
        {
            Path = path,
            Network = LinkJson.Text(json?["name"]),
            Plugins = plugins.Count > 0 ? plugins : LinkJson.Text(json?["type"]) is { } type ? [type] : [],
        };
    }

    private static Dictionary<string, string> OsRelease(IHostFiles files)
    {
        var content = files.Read("/etc/os-release", 64 * 1024);
        content = content.Length > 0 ? content : files.Read("/usr/lib/os-release", 64 * 1024);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            var equals = line.IndexOf('=');
            if (equals > 0)
            {
                values[line[..equals]] = line[(equals + 1)..].Trim().Trim('"', '\'');
            }
        }

        return values;
    }
}
