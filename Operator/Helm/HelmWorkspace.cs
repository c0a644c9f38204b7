namespace NetProfile.Helm;

/// <summary>
/// A directory of our own for all that helm writes, and the environment that leads it there. Nothing of the user's helm
/// configuration, plugins or repositories takes part, and no HELM_* variable of ours changes what helm does.
/// </summary>
internal sealed class HelmWorkspace(Func<HelmConnection> connection) : IDisposable
{
    private static readonly string[] Foreign =
    [
        "HELM_KUBECONTEXT", "HELM_KUBEAPISERVER", "HELM_KUBETOKEN", "HELM_KUBECAFILE", "HELM_KUBEASUSER", "HELM_KUBEASGROUPS", "HELM_KUBETLS_SERVER_NAME",
        "HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "HELM_NAMESPACE", "HELM_DEBUG", "HELM_DRIVER", "HELM_DRIVER_SQL_CONNECTION_STRING", "HELM_MAX_HISTORY",
        "HELM_BURST_LIMIT", "HELM_QPS", "HELM_CONTENT_CACHE",
    ];

    private readonly Lazy<string> root = new(() => Directory.CreateTempSubdirectory("netprofile-helm-").FullName);
    private readonly Lock writing = new();
    private string written = "";

    /// <summary>For calls that reach no cluster.</summary>
    public IReadOnlyDictionary<string, string?> LocalEnvironment()
    {
        var environment = Foreign.ToDictionary(name => name, _ => (string?)null);
        environment["HELM_CACHE_HOME"] = Path.Combine(root.Value, "cache");
        environment["HELM_CONFIG_HOME"] = Path.Combine(root.Value, "config");
        environment["HELM_DATA_HOME"] = Path.Combine(root.Value, "data");
        environment["HELM_PLUGINS"] = Path.Combine(root.Value, "plugins");
        environment["HELM_REGISTRY_CONFIG"] = Environment.GetEnvironmentVariable("HELM_REGISTRY_CONFIG") ?? Path.Combine(root.Value, "config", "registry.json");
        environment["HELM_REPOSITORY_CONFIG"] = Path.Combine(root.Value, "config", "repositories.yaml");
        environment["HELM_REPOSITORY_CACHE"] = Path.Combine(root.Value, "cache", "repository");
        environment["HOME"] = root.Value;
        environment["KUBECONFIG"] = "/dev/null";
        return environment;
    }

    public IReadOnlyDictionary<string, string?> ClusterEnvironment()
    {
        var to = connection();
        var environment = new Dictionary<string, string?>(LocalEnvironment()) { ["KUBECONFIG"] = to.KubeConfig ?? WriteKubeConfig(to) };
        // A kubeconfig may lead to an exec plugin that looks for its login under HOME.
        if (to.KubeConfig is not null)
        {
            environment.Remove("HOME");
            environment["HELM_KUBECONTEXT"] = to.Context;
        }

        return environment;
    }

    public void Dispose()
    {
        if (root.IsValueCreated && Directory.Exists(root.Value))
        {
            Directory.Delete(root.Value, recursive: true);
        }
    }

    private string WriteKubeConfig(HelmConnection to)
    {
        var path = Path.Combine(root.Value, "kubeconfig");
        var content = to.ToKubeConfig();
        lock (writing)
        {
            if (content != written)
            {
                // A running helm has read the old file; the new one appears whole.
                var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using (var writer = new StreamWriter($"{path}.new", options))
                {
                    writer.Write(content);
                }

                File.Move($"{path}.new", path, overwrite: true);
                written = content;
            }
        }

        return path;
    }
}
