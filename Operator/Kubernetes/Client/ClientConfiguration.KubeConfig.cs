using NetProfile.Processes;

namespace NetProfile.Kubernetes.Client;

public sealed record ClientConfigurationOptions
{
    /// <summary>A kubeconfig file; several joined by the path separator are merged.</summary>
    public string? KubeConfig { get; init; }

    public string? Context { get; init; }

    /// <summary>Replaces the address of the pod's environment or of the kubeconfig's cluster.</summary>
    public IReadOnlyList<string> ApiServers { get; init; } = [];
}

public sealed partial record ClientConfiguration
{
    /// <summary>The given kubeconfig, else KUBECONFIG, else the pod's service account, else ~/.kube/config.</summary>
    /// <exception cref="KubeConfigException">Nothing usable was found; the message says what was looked at.</exception>
    public static ClientConfiguration Load(ClientConfigurationOptions options, IProcessRunner processes, TimeProvider clock, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var paths = !string.IsNullOrEmpty(options.KubeConfig) ? options.KubeConfig : environment("KUBECONFIG");
        if (string.IsNullOrEmpty(paths) && IsInCluster(environment))
        {
            return InCluster(clock, options.ApiServers, environment);
        }

        if (string.IsNullOrEmpty(paths))
        {
            paths = Path.Combine(environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        }

        var files = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var configuration = FromKubeConfig(files, options.Context, processes, clock);
        return options.ApiServers.Count == 0 ? configuration : configuration with { Servers = [.. options.ApiServers.Select(ParseServer)] };
    }

    /// <summary>Files that don't exist are left out; of what several files define, the first one counts (kubectl's rule).</summary>
    /// <exception cref="KubeConfigException">No file, no such context, or a context that points nowhere.</exception>
    public static ClientConfiguration FromKubeConfig(IReadOnlyList<string> files, string? context, IProcessRunner processes, TimeProvider clock)
    {
        var merged = KubeConfigFile.Merge([.. files.Where(File.Exists).Select(KubeConfigFile.Read)]);
        if (!files.Any(File.Exists))
        {
            throw new KubeConfigException($"no kubeconfig: {string.Join(", ", files)} does not exist");
        }

        var contextName = context ?? merged.CurrentContext ?? throw new KubeConfigException("the kubeconfig has no current-context, and none was asked for");
        var chosen = merged.Contexts.GetValueOrDefault(contextName) ?? throw new KubeConfigException($"the kubeconfig has no context '{contextName}'");
        var clusterName = chosen.Text("cluster") ?? throw new KubeConfigException($"context '{contextName}' names no cluster");
        var cluster = merged.Clusters.GetValueOrDefault(clusterName) ?? throw new KubeConfigException($"the kubeconfig has no cluster '{clusterName}'");
        var userName = chosen.Text("user");
        var user = string.IsNullOrEmpty(userName) ? null : merged.Users.GetValueOrDefault(userName) ?? throw new KubeConfigException($"the kubeconfig has no user '{userName}'");

        var server = cluster.Text("server") ?? throw new KubeConfigException($"cluster '{clusterName}' has no server");
        return new ClientConfiguration
        {
            Servers = [ParseServer(server)],
            Namespace = chosen.Text("namespace") ?? "default",
            CertificateAuthority = cluster.FileOrData("certificate-authority"),
            SkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = cluster.Text("proxy-url") is { } proxy ? new Uri(proxy) : null,
            Credentials = user is null ? AnonymousCredentials.Instance : KubeConfigUser.Credentials(user, cluster, server, processes, clock),
            Impersonate = user?.Text("as") is { } name
                ? new Impersonation { User = name, Uid = user.Text("as-uid"), Groups = user.Texts("as-groups"), Extra = user.TextLists("as-user-extra") }
                : null,
        };
    }
}

public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
