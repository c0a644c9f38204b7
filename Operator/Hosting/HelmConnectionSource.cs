using NetProfile.Helm;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Hosting;

/// <summary>Gives helm the API server that this program itself uses, by the same rules (<see cref="ClientConfiguration.Load"/>).</summary>
internal static class HelmConnectionSource
{
    public static HelmConnection From(ClientConfigurationOptions options)
    {
        var kubeConfig = options.KubeConfig ?? Environment.GetEnvironmentVariable("KUBECONFIG");
        if (!string.IsNullOrEmpty(kubeConfig) || !ClientConfiguration.IsInCluster())
        {
            return new HelmConnection { KubeConfig = string.IsNullOrEmpty(kubeConfig) ? DefaultKubeConfig() : kubeConfig, Context = options.Context };
        }

        var configuration = ClientConfiguration.InCluster(TimeProvider.System, options.ApiServers);
        var directory = ClientConfiguration.ServiceAccountDirectory;
        return new HelmConnection
        {
            Server = configuration.Servers[0],
            CertificateAuthorityFile = Path.Combine(directory, "ca.crt"),
            TokenFile = Path.Combine(directory, "token"),
        };
    }

    private static string DefaultKubeConfig() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
}
