using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Inspection;

/// <summary>
/// The kernel's release and the options that Cilium's features need: from its own config where one can be read, else from the lists
/// of modules. What neither says is Unknown, never No.
/// </summary>
public static class KernelInspector
{
    private const int ConfigLimit = 4 * 1024 * 1024;
    private const int ListLimit = 16 * 1024 * 1024;

    /// <summary>Option → module; null where the option makes no module.</summary>
    private static readonly (string Option, string? Module)[] Wanted =
    [
        ("BPF", null), ("BPF_SYSCALL", null), ("BPF_JIT", null), ("NET_CLS_BPF", "cls_bpf"), ("NET_CLS_ACT", null), ("NET_SCH_INGRESS", "sch_ingress"),
        ("CRYPTO_SHA1", "sha1_generic"), ("CRYPTO_USER_API_HASH", "algif_hash"), ("CGROUPS", null), ("CGROUP_BPF", null), ("PERF_EVENTS", null),
        ("SCHEDSTATS", null), ("VXLAN", "vxlan"), ("GENEVE", "geneve"), ("FIB_RULES", null), ("NETFILTER_XT_SET", "xt_set"), ("IP_SET", "ip_set"),
        ("IP_SET_HASH_IP", "ip_set_hash_ip"), ("NETFILTER_XT_MATCH_COMMENT", "xt_comment"), ("NETFILTER_XT_TARGET_TPROXY", "xt_TPROXY"),
        ("NETFILTER_XT_TARGET_MARK", "xt_mark"), ("NETFILTER_XT_TARGET_CT", "xt_CT"), ("NETFILTER_XT_MATCH_MARK", "xt_mark"),
        ("NETFILTER_XT_MATCH_SOCKET", "xt_socket"), ("NET_SCH_FQ", "sch_fq"), ("TCP_CONG_BBR", "tcp_bbr"), ("WIREGUARD", "wireguard"), ("NETKIT", null),
        ("XFRM_USER", "xfrm_user"), ("INET_ESP", "esp4"), ("IP_SCTP", "sctp"), ("DEBUG_INFO_BTF", null), ("IPV6", "ipv6"),
    ];

    public static KernelFacts Read(IHostFiles files)
    {
        var release = Encoding.UTF8.GetString(files.Read("/proc/sys/kernel/osrelease", 1024)).Trim();
        var (config, source) = ReadConfig(files, release);
        var options = config ?? ReadModules(files, release);
        return new KernelFacts
        {
            Version = release,
            Architecture = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "x86_64", Architecture.Arm64 => "aarch64", var other => other.ToString().ToLowerInvariant() },
            ConfigSource = source ?? (options is null ? "unknown" : $"/lib/modules/{release}"),
            Options = Wanted.ToDictionary(wanted => wanted.Option, wanted => options?.GetValueOrDefault(wanted.Option) ?? KernelOption.Unknown),
        };
    }

    private static (Dictionary<string, KernelOption>? Options, string? Source) ReadConfig(IHostFiles files, string release)
    {
        string[] places =
        [
            "/proc/config.gz", $"/boot/config-{release}", $"/usr/lib/modules/{release}/config", $"/lib/modules/{release}/config",
            $"/usr/lib/kernel/config-{release}", $"/usr/src/linux-headers-{release}/.config", $"/lib/modules/{release}/build/.config",
        ];
        foreach (var place in places)
        {
            var content = files.Read(place, ConfigLimit);
            if (content.Length > 0 && Parse(place.EndsWith(".gz", StringComparison.Ordinal) ? Unzip(content) : Encoding.UTF8.GetString(content)) is { } options)
            {
                return (options, place);
            }
        }

        return (null, null);
    }

    /// <summary>null when it isn't a kernel's config.</summary>
    private static Dictionary<string, KernelOption>? Parse(string config)
    {
        if (!config.Contains("CONFIG_", StringComparison.Ordinal))
        {
            return null;
        }

        // An option that the config doesn't mention doesn't exist in this kernel, or what it needs is off.
        var options = Wanted.ToDictionary(wanted => wanted.Option, _ => KernelOption.No, StringComparer.Ordinal);
        foreach (var line in config.Split('\n'))
        {
            var equals = line.IndexOf('=');
            if (equals > 7 && line.StartsWith("CONFIG_", StringComparison.Ordinal) && options.ContainsKey(line[7..equals]))
            {
                options[line[7..equals]] = line[(equals + 1)..].Trim() switch { "y" => KernelOption.BuiltIn, "m" => KernelOption.Module, _ => KernelOption.No };
            }
        }

        return options;
    }

    private static Dictionary<string, KernelOption>? ReadModules(IHostFiles files, string release)
    {
        var builtin = Names(files, $"/lib/modules/{release}/modules.builtin");
        var loadable = Names(files, $"/lib/modules/{release}/modules.dep");
        var options = new Dictionary<string, KernelOption>(StringComparer.Ordinal);
        foreach (var (option, module) in Wanted.Where(wanted => wanted.Module is not null))
        {
            if (builtin.Contains(module!))
            {
                options[option] = KernelOption.BuiltIn;
            }
            else if (loadable.Contains(module!))
            {
                options[option] = KernelOption.Module;
            }
            else if (builtin.Count > 0 && loadable.Count > 0)
            {
                options[option] = KernelOption.No;
            }
        }

        return options.Count > 0 ? options : null;
    }

    /// <summary>"kernel/drivers/net/vxlan/vxlan.ko.zst: …" is vxlan.</summary>
    private static HashSet<string> Names(IHostFiles files, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(files.Read(path, ListLimit)).Split('\n'))
        {
            var file = line.Split(':')[0];
            var start = file.LastIndexOf('/') + 1;
            var end = file.IndexOf(".ko", start, StringComparison.Ordinal);
            if (end > start)
            {
                names.Add(file[start..end]);
            }
        }

        return names;
    }

    private static string Unzip(byte[] content)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            return reader.ReadToEnd();
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }
}
