using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>Configurations with which an agent ends instead of coming up, although the chart lets them through.</summary>
internal static class AgentFatal
{
    /// <returns>The line that the agent logs last; null when it comes up.</returns>
    public static string? Of(AgentConfig config, SimulatedHost host)
    {
        var kernel = KernelVersion.Parse(host.Kernel);
        var minimum = config.Minor switch { <= 15 => new KernelVersion(4, 19), <= 17 => new KernelVersion(5, 4), _ => new KernelVersion(5, 10) };
        if (kernel < minimum)
        {
            return $"BPF system config check: NOT OK. kernel {host.Kernel} is too old, {minimum.Major}.{minimum.Minor} or newer is required";
        }

        return Routing(config) ?? BigTcp(config, kernel) ?? Others(config, kernel);
    }

    private static string? Routing(AgentConfig config)
    {
        if (config is { IsNative: true, MasqueradesIPv4: true } && config.Text("ipv4-native-routing-cidr").Length == 0
            && !config.Flag("enable-ip-masq-agent") && config.Text("ipam") is not ("eni" or "alibabacloud"))
        {
            return "invalid daemon configuration: native routing cidr must be configured with option --ipv4-native-routing-cidr in combination with "
                + $"--enable-ipv4=true --enable-ipv4-masquerade=true --enable-ip-masq-agent=false --routing-mode=native --ipam={config.Text("ipam")}";
        }

        if (!config.IsNative && config.Flag("auto-direct-node-routes"))
        {
            return "auto-direct-node-routes cannot be used with tunneling. Packets must be routed through the tunnel device.";
        }

        if (config.Flag("direct-routing-skip-unreachable") && !config.Flag("auto-direct-node-routes"))
        {
            return "Flag direct-routing-skip-unreachable cannot be enabled when auto-direct-node-routes is not enabled. As if auto-direct-node-routes is not enabled, direct-routing-skip-unreachable has no effect.";
        }

        return config.Flag("enable-bpf-masquerade") && !config.ReplacesKubeProxy && config.Minor is >= 15 and <= 18
            ? "BPF masquerade requires NodePort (--enable-node-port=\"true\")"
            : null;
    }

    private static string? BigTcp(AgentConfig config, KernelVersion kernel)
    {
        var ipv4 = config.Flag("enable-ipv4-big-tcp") && config.Minor >= 14 && kernel >= new KernelVersion(6, 3);
        var ipv6 = config.Flag("enable-ipv6-big-tcp") && kernel >= new KernelVersion(5, 19);
        if (!ipv4 && !ipv6)
        {
            return null;
        }

        if (!config.IsNative && !config.Flag("enable-tunnel-big-tcp"))
        {
            return config.Minor <= 18
                ? "BIG TCP is not supported in tunneling mode"
                : "BIG TCP in tunneling mode requires pending kernel support and needs to be enabled by enable-tunnel-big-tcp";
        }

        return config.RoutesHostInBpf(kernel) ? null : "BIG TCP is not supported with legacy host routing";
    }

    private static string? Others(AgentConfig config, KernelVersion kernel)
    {
        if (config.Flag("enable-bandwidth-manager") && config.Flag("enable-bbr") && !config.Flag("enable-bbr-hostns-only"))
        {
            if (kernel < new KernelVersion(5, 18))
            {
                return "Cannot enable --enable-bbr, needs kernel 5.18 or newer";
            }

            if (!config.RoutesHostInBpf(kernel))
            {
                return "Cannot enable --enable-bbr, needs BPF host routing";
            }
        }

        return config.Flag("enable-wireguard") && kernel < new KernelVersion(5, 6) && config.Minor > 16
            ? "WireGuard not supported by the Linux kernel (netlink: operation not supported). Please upgrade your kernel."
            : null;
    }

    /// <summary>The whole log of an agent that ends so; the fatal line is the last, and beyond what a termination message holds.</summary>
    public static IReadOnlyList<string> Log(string fatal, AgentConfig config, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return
        [
            $"time={time} level=info msg=\"Cilium {config.Version} linux/amd64\" subsys=daemon",
            .. config.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"time={time} level=info msg=\"  --{pair.Key}='{pair.Value}'\" subsys=daemon"),
            $"time={time} level=fatal msg=\"{fatal.Replace("\"", "\\\"", StringComparison.Ordinal)}\" subsys=daemon",
        ];
    }
}
