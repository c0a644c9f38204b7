using System.Text;

namespace NetProfile.SimulatedCluster.Access;

internal static class KubeconfigText
{
    public static string Plain(Uri url) => Text(url, null, "{}");

    public static string WithToken(Uri url, string? authority, string token) => Text(url, authority, $"\n    token: {token}");

    public static string WithCertificate(Uri url, string authority, (string Certificate, string Key) client) =>
        Text(url, authority, $"\n    client-certificate-data: {Base64(client.Certificate)}\n    client-key-data: {Base64(client.Key)}");

    private static string Text(Uri url, string? authority, string user) => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: simulated
          cluster:
            server: {url.ToString().TrimEnd('/')}{(authority is null ? "" : $"\n    certificate-authority-data: {Base64(authority)}")}
        contexts:
        - name: simulated
          context:
            cluster: simulated
            user: simulated
        current-context: simulated
        users:
        - name: simulated
          user: {user}

        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
