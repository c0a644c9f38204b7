using System.Net.Http.Headers;
using System.Text;
using NetProfile.Processes;

namespace NetProfile.Kubernetes.Client;

/// <summary>What the <c>user</c> of a kubeconfig can say of itself, in kubectl's order of precedence.</summary>
internal static class KubeConfigUser
{
    public static IClientCredentials Credentials(KubeConfigNode user, KubeConfigNode cluster, string server, IProcessRunner processes, TimeProvider clock)
    {
        var parts = new List<IClientCredentials>();
        if (user.FileOrData("client-certificate") is { } certificate)
        {
            var key = user.FileOrData("client-key") ?? throw new KubeConfigException("the user has a client-certificate and no client-key");
            parts.Add(new CertificateCredentials(certificate, key, clock));
        }

        if (user.Text("tokenFile") is { } tokenFile)
        {
            parts.Add(new TokenFileCredentials(user.Resolve(tokenFile), clock));
        }
        else if (user.Text("token") is { } token)
        {
            parts.Add(new StaticCredentials(new AuthenticationHeaderValue("Bearer", token)));
        }
        else if (user.Text("username") is { } name)
        {
            var pair = Encoding.UTF8.GetBytes($"{name}:{user.Text("password")}");
            parts.Add(new StaticCredentials(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair))));
        }
        else if (user.Mapping("exec") is { } exec)
        {
            parts.Add(new ExecCredentials(Plugin(exec, cluster, server), processes, clock));
        }

        if (parts.Count == 0 && user.Mapping("auth-provider") is { } provider)
        {
            throw new KubeConfigException($"auth-provider '{provider.Text("name")}' is not supported (Kubernetes removed it in 1.26); use an exec credential plugin");
        }

        return parts switch
        {
            [] => AnonymousCredentials.Instance,
            [var one] => one,
            _ => new CombinedCredentials(parts),
        };
    }

    private static ExecPlugin Plugin(KubeConfigNode exec, KubeConfigNode cluster, string server)
    {
        var command = exec.Text("command") ?? throw new KubeConfigException("the user's exec plugin has no command");
        return new ExecPlugin
        {
            ApiVersion = exec.Text("apiVersion") ?? throw new KubeConfigException("the user's exec plugin has no apiVersion"),
            // A bare name is looked up on PATH; anything with a slash counts from the kubeconfig's folder.
            Command = command.Contains('/', StringComparison.Ordinal) ? exec.Resolve(command) : command,
            Arguments = exec.Texts("args"),
            Environment = exec.Mappings("env").Where(pair => pair.Text("name") is not null).ToDictionary(pair => pair.Text("name")!, pair => pair.Text("value")),
            InstallHint = exec.Text("installHint"),
            Cluster = exec.Flag("provideClusterInfo")
                ? new ExecCluster
                {
                    Server = server,
                    TlsServerName = cluster.Text("tls-server-name"),
                    InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify") ? true : null,
                    CertificateAuthorityData = cluster.FileOrData("certificate-authority")?.Read(),
                    ProxyUrl = cluster.Text("proxy-url"),
                }
                : null,
        };
    }
}
