using System.Globalization;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>cilium-config as one agent read it when its pod started, and the minor version that reads it.</summary>
internal sealed record AgentConfig(IReadOnlyDictionary<string, string> Settings, string Version)
{
    public int Minor => int.Parse(Version.Split('.')[1], CultureInfo.InvariantCulture);

    public bool IsNative => Minor == 13 ? Text("tunnel") == "disabled" : Text("routing-mode") == "native";

    public string TunnelProtocol => Minor == 13 ? Text("tunnel", "vxlan") : Text("tunnel-protocol", "vxlan");

    public int TunnelPort => Number("tunnel-port") is > 0 and var port ? port : TunnelProtocol == "geneve" ? 6081 : 8472;

    public string KubeProxyReplacement => Text("kube-proxy-replacement", "false");

    public bool ReplacesKubeProxy => KubeProxyReplacement is "true" or "strict";

    /// <summary>A native-mode agent that keeps its overlay device: what the egress gateway needs.</summary>
    public bool KeepsOverlay => Flag("enable-egress-gateway") || Flag("enable-ipv4-egress-gateway");

    public bool HasOverlay => !IsNative || KeepsOverlay;

    public bool MasqueradesIPv4 => Flag("enable-ipv4-masquerade");

    /// <summary>Asked for; up to 1.14 it falls back to iptables where nothing replaces kube-proxy.</summary>
    public bool MasqueradesInBpf => Flag("enable-bpf-masquerade") && (ReplacesKubeProxy || Minor >= 15);

    public bool Hubble => Flag("enable-hubble");

    public bool Flag(string name) => Text(name) == "true";

    public string Text(string name, string fallback = "") => Settings.GetValueOrDefault(name) is { Length: > 0 } value ? value : fallback;

    public int Number(string name) => int.TryParse(Text(name), CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>BPF host routing needs all of these; otherwise the agent falls back and says so only in its log.</summary>
    public bool RoutesHostInBpf(KernelVersion kernel) =>
        !Flag("enable-host-legacy-routing") && ReplacesKubeProxy && kernel >= new KernelVersion(5, 10)
        && (!MasqueradesIPv4 || Flag("enable-bpf-masquerade")) && Text("cni-chaining-mode", "none") == "none" && !Flag("enable-ipsec");
}

/// <summary>Major and minor of a kernel release such as 6.8.0-45-generic.</summary>
internal readonly record struct KernelVersion(int Major, int Minor) : IComparable<KernelVersion>
{
    public static KernelVersion Parse(string release)
    {
        var parts = release.Split('.', '-');
        return new KernelVersion(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static bool operator <(KernelVersion left, KernelVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(KernelVersion left, KernelVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(KernelVersion left, KernelVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(KernelVersion left, KernelVersion right) => left.CompareTo(right) >= 0;

    public int CompareTo(KernelVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);
}
