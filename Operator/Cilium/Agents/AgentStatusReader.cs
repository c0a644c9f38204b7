using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetProfile.Cilium.Agents;

/// <summary>Picks an <see cref="AgentStatus"/> out of JSON of which anything may be missing or of another type.</summary>
internal static partial class AgentStatusReader
{
    private static readonly string[] SubsystemNames = ["kubernetes", "kvstore", "hubble", "hubble-metrics", "cni-file", "auth-certificate-provider", "container-runtime"];

    public static AgentStatus Read(JsonObject root)
    {
        var agent = State(Map(root, "cilium"));
        var replacement = Map(root, "kube-proxy-replacement");
        var routing = Map(root, "routing");
        var ipam = Map(root, "ipam");
        return new AgentStatus
        {
            Agent = agent,
            Version = agent?.Message.Split(' ', 2)[0] is { Length: > 0 } word && CiliumVersion.TryParse(word, out _) ? word : null,
            Subsystems = SubsystemNames.Select(name => (name, State: State(Map(root, name)))).Where(s => s.State is not null)
                .ToDictionary(s => s.name, s => s.State!, StringComparer.Ordinal),
            ClusterHealth = State(Map(Map(root, "cluster"), "ciliumHealth")),
            Self = Text(Map(root, "cluster"), "self"),
            StaleProbes = Map(root, "stale")?.Select(p => p.Key).Order(StringComparer.Ordinal).ToList() ?? [],
            FailingControllers = Controllers(root),
            RoutingMode = Text(routing, "inter-host-routing-mode"),
            TunnelProtocol = Text(routing, "tunnel-protocol"),
            HostRouting = Text(routing, "intra-host-routing-mode") ?? Text(Map(root, "host-routing"), "mode"),
            KubeProxyReplacement = Text(replacement, "mode"),
            Devices = Devices(replacement),
            DirectRoutingDevice = Text(replacement, "directRoutingDevice"),
            NodePort = Map(Map(replacement, "features"), "nodePort") is { } nodePort
                ? new NodePortStatus(True(nodePort, "enabled"), Text(nodePort, "mode") ?? "", Text(nodePort, "algorithm") ?? "", Text(nodePort, "acceleration") ?? "")
                : null,
            Masquerading = Masquerading(Map(root, "masquerading")),
            BandwidthManager = Map(root, "bandwidth-manager") is { } bandwidth
                ? new BandwidthStatus(True(bandwidth, "enabled"), Text(bandwidth, "congestionControl") ?? "cubic")
                : null,
            Ipv4BigTcp = BigTcp(Map(root, "ipv4-big-tcp")),
            Ipv6BigTcp = BigTcp(Map(root, "ipv6-big-tcp")),
            EncryptionMode = Text(Map(root, "encryption"), "mode"),
            CniChaining = Text(Map(root, "cni-chaining"), "mode"),
            AttachMode = Text(root, "attach-mode"),
            DatapathMode = Text(root, "datapath-mode"),
            IpamStatus = Text(ipam, "status"),
            Addresses = Addresses(Text(ipam, "status")),
        };
    }

    private static List<FailingController> Controllers(JsonObject root)
    {
        var failing = new List<FailingController>();
        foreach (var controller in (root["controllers"] as JsonArray ?? []).OfType<JsonObject>())
        {
            // failure-count and last-failure-timestamp stay after recovery.
            if (Map(controller, "status") is { } status && Number(status, "consecutive-failure-count") is > 0 and var failures)
            {
                failing.Add(new FailingController(Text(controller, "name") ?? "", failures, Text(status, "last-failure-msg") ?? ""));
            }
        }

        return failing;
    }

    /// <summary>Names come as "eth0 172.30.0.11 (Direct Routing)" in some versions.</summary>
    private static List<string> Devices(JsonObject? replacement)
    {
        var listed = (replacement?["deviceList"] as JsonArray ?? []).OfType<JsonObject>().Select(d => Text(d, "name")).OfType<string>();
        return [.. Texts(replacement, "devices").Concat(listed).Select(d => d.Split(' ', 2)[0]).Where(d => d.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    private static AddressUse? Addresses(string? ipam) => UseOfAddresses().Matches(ipam ?? "")
        .Select(m => new AddressUse(double.Parse(m.Groups["used"].ValueSpan, CultureInfo.InvariantCulture), double.Parse(m.Groups["size"].ValueSpan, CultureInfo.InvariantCulture)))
        .MaxBy(use => use.Share);

    private static MasqueradingStatus? Masquerading(JsonObject? json)
    {
        if (json is null)
        {
            return null;
        }

        var protocols = Map(json, "enabledProtocols");
        var enabled = True(json, "enabled");
        return new MasqueradingStatus(
            Text(json, "mode") ?? "",
            enabled && (protocols is null || True(protocols, "ipv4")),
            enabled && protocols is not null && True(protocols, "ipv6"),
            Text(json, "snat-exclusion-cidr-v4") ?? Text(json, "snat-exclusion-cidr"));
    }

    [GeneratedRegex(@"(?<used>\d+)/(?<size>\d+) allocated", RegexOptions.CultureInvariant)]
    private static partial Regex UseOfAddresses();

    private static BigTcpStatus? BigTcp(JsonObject? json) => json is null ? null : new BigTcpStatus(True(json, "enabled"), Number(json, "maxGSO") ?? 0);

    private static SubsystemState? State(JsonObject? json) => Text(json, "state") is { } state ? new SubsystemState(state, Text(json, "msg") ?? "") : null;

    internal static JsonObject? Map(JsonObject? json, string key) => json?[key] as JsonObject;

    internal static string? Text(JsonObject? json, string key) =>
        json?[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text ? text : null;

    internal static List<string> Texts(JsonObject? json, string key) =>
        [.. (json?[key] as JsonArray ?? []).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())];

    internal static bool True(JsonObject? json, string key) => json?[key] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    internal static long? Number(JsonObject? json, string key) =>
        json?[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (long)number
            : null;
}
