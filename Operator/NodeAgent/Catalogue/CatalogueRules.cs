using System.Buffers;

namespace NetProfile.NodeAgent.Catalogue;

/// <summary>
/// What no catalogue may ask for, whoever wrote it. The catalogue is the allow-list for plans; this is the allow-list for
/// catalogues, and it is code.
/// </summary>
public static class CatalogueRules
{
    private const int MaxNameLength = 256;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:@+/*# ");

    /// <summary>Files are touched under these only.</summary>
    private static readonly string[] Roots =
    [
        "/etc/cni/net.d/", "/opt/cni/bin/", "/run/flannel", "/var/lib/cni", "/var/lib/rancher/k3s/agent/etc/cni/net.d/",
        "/var/lib/rancher/k3s/data/", "/var/lib/rancher/k3s/agent/etc/flannel", "/var/lib/rancher/rke2/agent/etc/cni/net.d/",
        "/var/lib/rancher/rke2/agent/etc/flannel", "/var/snap/microk8s/current/args/cni-network/", "/var/snap/microk8s/current/opt/cni/bin/",
        "/etc/sysctl.d/99-zzz-override_cilium.conf", "/run/cilium", "/var/lib/cilium", "/sys/fs/bpf/cilium", "/sys/fs/bpf/tc/globals/",
        "/etc/kube-flannel", "/run/calico", "/var/run/calico", "/var/lib/calico", "/etc/systemd/network/",
    ];

    /// <summary>Names that stand for links no network plugin made; a pattern that matches one of them is too wide.</summary>
    private static readonly string[] NeverLinks =
    [
        "lo", "eth0", "eth1", "ens3", "ens192", "enp0s3", "eno1", "enx001122334455", "wlan0", "wlp2s0", "bond0", "team0", "br0", "br-lan",
        "docker0", "br-0123456789ab", "virbr0", "wg0", "tun0", "tap0", "vlan10", "eth0.10", "dummy0", "vxlan0", "vxlan100", "ib0",
        "podman0", "lxdbr0", "tailscale0", "nodelocaldns", "kube-bridge", "azure0", "eni0123456789a", "veth0123456", "cni1", "cni-podman0",
    ];

    /// <summary>Chains that belong to the kernel, to kubelet, to Docker, to a person.</summary>
    private static readonly string[] NeverChains =
    [
        "INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING", "KUBE-KUBELET-CANARY", "KUBE-IPTABLES-HINT", "KUBE-FIREWALL", "KUBE-MARK-DROP",
        "DOCKER", "DOCKER-USER", "DOCKER-ISOLATION-STAGE-1", "LIBVIRT_FWI", "ufw-user-input", "IN_public", "TS-INPUT", "ts-forward", "my-chain",
    ];

    private static readonly string[] NeverTables = ["ip nat", "ip filter", "ip6 nat", "ip6 filter", "inet filter", "inet firewalld", "ip mangle", "ip raw"];

    private static readonly string[] NeverSets = ["blocklist", "f2b-sshd", "my-set"];

    /// <returns>null when the entry is acceptable, else why not.</returns>
    public static string? Refuse(CatalogueEntry entry)
    {
        if (entry.Id is not { Length: > 0 and <= 100 } || entry.Id.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            return "its id isn't a lower-case name";
        }

        if (entry.Targets is not { Count: > 0 } || string.IsNullOrWhiteSpace(entry.Because) || string.IsNullOrWhiteSpace(entry.Source))
        {
            return "targets, because and source are required";
        }

        foreach (var target in entry.Targets)
        {
            var refusal = RefuseTarget(entry, target ?? "");
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return entry.Kind switch
        {
            TraceKind.Link when entry.LinkKinds.Count == 0 => "a link entry must name the kinds of link",
            TraceKind.Route when entry.RouteShape is null => "a route entry must name the shape",
            TraceKind.NftTable when entry.TableChains.Count == 0 => "an nftables entry must name the table's chains",
            TraceKind.File when entry.Rules.Count > 0 => "a file entry has no rules",
            _ => null,
        };
    }

    /// <summary>Whether a name can be one at all, of any kind.</summary>
    public static bool IsSafeName(string name) =>
        name.Length is > 0 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>A path that says what it means: absolute, no empty, '.' or '..' segment, nothing unprintable.</summary>
    public static bool IsPlainPath(string path)
    {
        if (path.Length is < 2 or > 1024 || path[0] != '/' || path[^1] == '/')
        {
            return false;
        }

        foreach (var segment in path[1..].Split('/'))
        {
            if (segment.Length == 0 || segment is "." or ".." || segment.Any(char.IsControl))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsUnderRoots(string path) => Roots.Any(root => path == root || path.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal));

    private static string? RefuseTarget(CatalogueEntry entry, string target)
    {
        if (!IsSafeName(target))
        {
            return "a target isn't a name";
        }

        bool TooWide(string[] never) => never.Any(name => NamePattern.IsMatch(target, name) && !NamePattern.IsMatchAny(entry.Except, name));

        return entry.Kind switch
        {
            TraceKind.File or TraceKind.Mount when !IsPlainPath(target) => $"'{target}' isn't a plain absolute path",
            TraceKind.File or TraceKind.Mount when !IsUnderRoots(target) => $"'{target}' is outside of the folders that a catalogue may name",
            TraceKind.File when target.EndsWith(".cilium_bak", StringComparison.Ordinal) => "what Cilium set aside is never removed",
            TraceKind.Link when target.Length > 15 || target.Contains('/') => $"'{target}' can't be a link's name",
            TraceKind.Link when TooWide(NeverLinks) => $"'{target}' matches links that no network plugin made",
            TraceKind.Chain when target.Length > 28 => $"'{target}' can't be a chain's name",
            TraceKind.Chain when TooWide(NeverChains) => $"'{target}' matches chains of the kernel, of kubelet or of others",
            TraceKind.NftTable when target.Split(' ').Length != 2 || TooWide(NeverTables) => $"'{target}' can't be a table that a network plugin owns",
            TraceKind.Ipset when TooWide(NeverSets) => $"'{target}' matches sets of others",
            _ => null,
        };
    }
}
