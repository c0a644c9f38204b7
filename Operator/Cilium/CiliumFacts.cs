using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Facts;

namespace NetProfile.Cilium;

/// <summary>What an agent does with <c>bpf.masquerade</c> when it doesn't replace kube-proxy.</summary>
public enum BpfMasqueradeWithoutReplacement
{
    FallsBack,
    Fatal,
    Accepted,
}

/// <summary>
/// What is true of one Cilium version. The only reader of Facts/*.json and the only place, with the rest of this folder, where
/// Cilium versions are compared: everybody else asks a question by its name. A new minor is an edit of the data.
/// </summary>
public sealed partial class CiliumFacts
{
    private static readonly ConcurrentDictionary<string, CiliumFacts> ByMinor = new(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, JsonElement> facts;
    private readonly ReleaseEntry release;

    private CiliumFacts(CiliumVersion version, ReleaseEntry release, FrozenDictionary<string, JsonElement> facts, ValueKeys keys)
    {
        Version = version;
        Keys = keys;
        this.release = release;
        this.facts = facts;
    }

    /// <summary>"1.13 to 1.20"</summary>
    public static string SupportedRange => $"{FactsDocuments.Releases.Releases[0].Minor} to {FactsDocuments.Releases.Releases[^1].Minor}";

    /// <summary>The supported minors, oldest first, each by its latest patch that is known here.</summary>
    public static IReadOnlyList<CiliumVersion> LatestPatches { get; } =
        [.. FactsDocuments.Releases.Releases.Select(r => CiliumVersion.Parse(r.LatestPatch))];

    public CiliumVersion Version { get; }

    public string MinorName => Version.MinorName;

    /// <summary>Never older than <see cref="Version"/> itself: a patch newer than this program knows is its own latest.</summary>
    public CiliumVersion LatestPatch => CiliumVersion.Parse(release.LatestPatch) is var known && known > Version ? known : Version;

    /// <summary>A patch that came after this program: its chart may know more than the tables do.</summary>
    public bool IsNewerThanKnown => Version > CiliumVersion.Parse(release.LatestPatch);

    /// <summary>"1.21.0": helm refuses the chart on an older Kubernetes.</summary>
    public string KubeVersionFloor => release.KubeVersionFloor;

    /// <summary><c>routingMode</c> and <c>tunnelProtocol</c>; before it, <c>tunnel</c>, and these two were ignored.</summary>
    public bool HasRoutingMode => Is("routingModeKey");

    public bool EnvoyDaemonSetByDefault => Is("envoyDaemonSetByDefault");

    /// <summary>Whether the chart has a DaemonSet cilium-envoy at all.</summary>
    public bool HasEnvoyDaemonSet => Is("envoyDaemonSet");

    /// <summary>The agent's command line tool in its container.</summary>
    public string AgentCommand => Text("agentCommand");

    /// <summary>Whether the agent's status says how it routes; before, only cilium-config does.</summary>
    public bool StatusHasRouting => Is("statusHasRouting");

    public bool HasDirectRoutingSkipUnreachable => Is("directRoutingSkipUnreachable");

    public bool HasIpv4BigTcp => Is("ipv4BigTCP");

    /// <summary><c>k8s.apiServerURLs</c>: agents know more than one API server.</summary>
    public bool HasApiServerUrls => Is("apiServerURLs");

    public bool HasBestEffortAcceleration => Is("bestEffortAcceleration");

    public bool HasDsrGeneve => Is("dsrGeneve");

    public bool HasWireGuardNodeEncryption => Is("wireGuardNodeEncryption");

    public BpfMasqueradeWithoutReplacement BpfMasqueradeWithoutReplacement =>
        Enum.Parse<BpfMasqueradeWithoutReplacement>(Text("bpfMasqueradeWithoutReplacement"));

    public bool BigTcpIsFatalWithDsrEncapsulation => Is("bigTCPFatalWithDsrEncapsulation");

    public string CiliumNodeConfigApiVersion => Text("ciliumNodeConfigApiVersion");

    /// <summary>Whether the agent writes its CNI configuration when it is ready (else a script does at container start).</summary>
    public bool AgentWritesCniConf => Is("agentWritesCniConf");

    public string CniConfFile => Text("cniConfFile");

    /// <summary>Whether cilium-config has no <c>enable-hubble</c> when Hubble is off.</summary>
    public bool HubbleAbsentMeansOff => Is("hubbleAbsentMeansOff");

    /// <summary>The Hubble metrics that this minor has, without their options.</summary>
    public IReadOnlyList<string> HubbleMetrics => [.. facts["hubbleMetrics"].EnumerateArray().Select(name => name.GetString()!)];

    /// <summary>Whether the Job that makes Hubble's certificates is a helm hook, which helm waits for.</summary>
    public bool CertgenJobIsHook => Is("certgenJobIsHook");

    /// <summary>Whether an agent in native mode keeps its overlay device while the egress gateway is on: what a live routing switch stands on.</summary>
    public bool EgressGatewayKeepsOverlayDevice => Is("overlayDeviceKeptByEgressGateway");

    /// <summary>Whether the Deployment of the operator tolerates only a few taints unless told otherwise.</summary>
    public bool OperatorNeedsTolerations => Is("operatorTolerationsCut");

    public bool HasSecretsNamespace => Is("secretsNamespace");

    /// <summary>Whether the chart checks the types of values itself.</summary>
    public bool HasValuesSchema => Is("valuesSchema");

    /// <summary>How long an agent may take to start before kubelet kills it.</summary>
    public TimeSpan AgentStartupLimit => TimeSpan.FromSeconds(facts["startupSeconds"].GetInt32());

    /// <summary>How many bytes of a packet between nodes the overlay takes.</summary>
    public int TunnelOverhead(bool overIpv6) => facts[overIpv6 ? "tunnelOverheadIPv6" : "tunnelOverhead"].GetInt32();

    /// <summary>How many bytes of a packet encryption takes.</summary>
    public int EncryptionOverhead(Crds.NetworkProfiles.EncryptionType type) => type switch
    {
        Crds.NetworkProfiles.EncryptionType.WireGuard => facts["wireGuardOverhead"].GetInt32(),
        Crds.NetworkProfiles.EncryptionType.IPsec => facts["ipsecOverhead"].GetInt32(),
        _ => 0,
    };

    internal JsonNode KubeProxyReplacementOn => Node("kubeProxyReplacementOn");

    internal JsonNode KubeProxyReplacementOff => Node("kubeProxyReplacementOff");

    internal ValueKeys Keys { get; }

    /// <exception cref="ArgumentOutOfRangeException">A minor outside the supported range; ask <see cref="TryFor"/> where that can happen.</exception>
    public static CiliumFacts For(CiliumVersion version) =>
        Find(version) ?? throw new ArgumentOutOfRangeException(nameof(version), version.ToString(), RefusalOf(version.ToString()));

    /// <summary>The facts of a version as a user writes it, or a sentence that says why there are none.</summary>
    public static bool TryFor(string? text, [NotNullWhen(true)] out CiliumFacts? facts, [NotNullWhen(false)] out string? refusal)
    {
        refusal = null;
        facts = null;
        if (!CiliumVersion.TryParse(text, out var version))
        {
            refusal = string.IsNullOrEmpty(text)
                ? $"a version is required, for instance {LatestPatches[^1]}; {SupportedRange} are supported"
                : $"'{text}' is not a Cilium version of three numbers such as {LatestPatches[^1]}";
            return false;
        }

        facts = Find(version);
        refusal = facts is null ? RefusalOf(text!) : null;
        return facts is not null;
    }

    /// <summary>The oldest supported minor of which <paramref name="question"/> is true: "1.14" to tell a user what to go to.</summary>
    internal static string? FirstMinorWith(Func<CiliumFacts, bool> question) =>
        LatestPatches.Select(For).FirstOrDefault(question)?.MinorName;

    private static CiliumFacts? Find(CiliumVersion version)
    {
        var release = FactsDocuments.Releases.Releases.FirstOrDefault(r => r.Minor == version.MinorName);
        if (release is null)
        {
            return null;
        }

        var shared = ByMinor.GetOrAdd(version.MinorName, _ => new CiliumFacts(version, release, Fold(version), ValueKeys.For(version)));
        return new CiliumFacts(version, release, shared.facts, shared.Keys);
    }

    private static FrozenDictionary<string, JsonElement> Fold(CiliumVersion version) =>
        FactsDocuments.Facts.Facts
            .Where(f => MinorRange.From(f.Since, f.Until).Contains(version))
            .ToFrozenDictionary(f => f.Fact, f => f.Value, StringComparer.Ordinal);

    private static string RefusalOf(string version) => $"Cilium {version} is not supported; supported are {SupportedRange}";

    private bool Is(string fact) => facts.TryGetValue(fact, out var value) && value.ValueKind == JsonValueKind.True;

    private string Text(string fact) => facts[fact].GetString()!;

    private JsonValue Node(string fact) =>
        facts[fact].ValueKind == JsonValueKind.String ? JsonValue.Create(Text(fact)) : JsonValue.Create(Is(fact));
}
