using System.Text;
using NetProfile.Kubernetes.Client;
using NetProfile.Operator.Tests.Support;
using NetProfile.Processes;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class KubeConfigTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("kubeconfig").FullName;
    private readonly FakeProcesses _processes = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_several_files_the_first_one_counts_for_each_name()
    {
        var first = Write("one", """
            clusters: [{ name: c, cluster: { server: "https://first:6443" } }]
            contexts: [{ name: a, context: { cluster: c, namespace: apps } }, { name: b, context: { cluster: d } }]
            """);
        var second = Write("two", """
            current-context: a
            clusters: [{ name: c, cluster: { server: "https://second:6443" } }, { name: d, cluster: { server: "http://third:8080/path/", tls-server-name: api.test } }]
            """);
        var absent = Path.Combine(_folder, "absent");
        var chosen = Load([absent, first, second]);
        Assert.Equal("https://first:6443/", Assert.Single(chosen.Servers).ToString());
        Assert.Equal("apps", chosen.Namespace);
        var other = Load([first, second], "b");
        Assert.Equal("http://third:8080/path", Assert.Single(other.Servers).ToString());
        Assert.Equal("api.test", other.TlsServerName);
    }

    [Theory]
    [InlineData("clusters: []", "no current-context")]
    [InlineData("current-context: x", "no context 'x'")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}]}", "no cluster 'c'")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://h'}}]}", "no user 'u'")]
    [InlineData("a: [", "not valid YAML")]
    public void What_is_missing_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<KubeConfigException>(() => Load([Write("config", text)])).Message, StringComparison.Ordinal);

    [Fact]
    public void No_file_at_all_is_said_with_the_paths_that_were_tried() =>
        Assert.Contains("nowhere", Assert.Throws<KubeConfigException>(() => Load([Path.Combine(_folder, "nowhere")])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_token_file_is_read_again_after_a_minute()
    {
        File.WriteAllText(Path.Combine(_folder, "token"), "first\n");
        var credentials = Load([Write("config", User("tokenFile: token"))]).Credentials;
        Assert.Equal("Bearer first", await AuthorizationAsync(credentials));
        File.WriteAllText(Path.Combine(_folder, "token"), "second");
        Assert.Equal("Bearer first", await AuthorizationAsync(credentials));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer second", await AuthorizationAsync(credentials));
        File.Delete(Path.Combine(_folder, "token"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer second", await AuthorizationAsync(credentials));
    }

    [Fact]
    public async Task User_and_password_become_basic_authentication() =>
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pä:ss")), await AuthorizationAsync(Load([Write("config", User("username: me, password: 'pä:ss'"))]).Credentials));

    [Fact]
    public void Acting_as_another_is_read()
    {
        var person = Load([Write("config", User("token: t, as: jane, as-groups: [ops, dev], as-user-extra: { reason: [a] }"))]).Impersonate!;
        Assert.Equal("jane", person.User);
        Assert.Equal(["ops", "dev"], person.Groups);
        Assert.Equal(["a"], person.Extra["reason"]);
    }

    [Theory]
    [InlineData("client.authentication.k8s.io/v1")]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    public async Task A_credential_plugin_runs_once_until_its_token_expires(string version)
    {
        _processes.Answers.Enqueue(Credential(version, "one", _clock.GetUtcNow().AddMinutes(10)));
        _processes.Answers.Enqueue(Credential(version, "two", null));
        var credentials = Load([Write("config", User($"exec: {{ apiVersion: {version}, command: bin/login, args: [a, b c], env: [{{ name: X, value: 'y' }}], provideClusterInfo: true }}"))]).Credentials;
        Assert.Equal("Bearer one", await AuthorizationAsync(credentials));
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("Bearer one", await AuthorizationAsync(credentials));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer two", await AuthorizationAsync(credentials));
        Assert.Equal(2, _processes.Seen.Count);
        var spec = _processes.Seen[0];
        Assert.Equal(Path.Combine(_folder, "bin", "login"), spec.FileName);
        Assert.Equal(["a", "b c"], spec.Arguments);
        Assert.Equal("y", spec.Environment!["X"]);
        var info = System.Text.Json.Nodes.JsonNode.Parse(spec.Environment["KUBERNETES_EXEC_INFO"]!)!;
        Assert.Equal(version, (string?)info["apiVersion"]);
        Assert.Equal("https://server:6443", (string?)info["spec"]!["cluster"]!["server"]);
    }

    [Fact]
    public async Task A_refused_token_makes_the_plugin_run_again_and_the_request_go_again()
    {
        const string Version = "client.authentication.k8s.io/v1";
        _processes.Answers.Enqueue(Credential(Version, "stale", null));
        _processes.Answers.Enqueue(Credential(Version, "fresh", null));
        var credentials = Load([Write("config", User($"exec: {{ apiVersion: {Version}, command: login }}"))]).Credentials;
        var server = new ScriptedServer(request => request.Headers["Authorization"] == "Bearer fresh" ? ScriptedServer.Json("""{"major":"1"}""") : ScriptedServer.Status(401, "Unauthorized"));
        using var client = server.Client(_clock, found => found with { Credentials = credentials });
        var answer = await Eventually.DoneAsync(client.SendAsync(HttpMethod.Get, "/version", null, "", default), _clock);
        Assert.Equal("1", (string?)answer!["major"]);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("not json", 0, "did not print an ExecCredential")]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}""", 0, "answered client.authentication.k8s.io/v1beta1")]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}""", 0, "neither a token nor a client certificate")]
    [InlineData("", 3, "exit code 3: log in first")]
    public async Task A_plugin_that_fails_is_named_with_its_reason(string output, int exitCode, string message)
    {
        _processes.Answers.Enqueue(new ProcessResult(exitCode, output, "log in first\n", TimeSpan.Zero));
        var credentials = Load([Write("config", User("exec: { apiVersion: client.authentication.k8s.io/v1, command: login }"))]).Credentials;
        using var client = new ScriptedServer(_ => ScriptedServer.Json("{}")).Client(_clock, found => found with { Credentials = credentials });
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.SendAsync(HttpMethod.Get, "/version", null, "", default));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_pod_the_service_account_is_used_and_the_address_may_be_given()
    {
        foreach (var (name, text) in new[] { ("token", "t"), ("namespace", "system\n"), ("ca.crt", "pem") })
        {
            File.WriteAllText(Path.Combine(_folder, name), text);
        }

        string? Environment(string name) => name switch { "KUBERNETES_SERVICE_HOST" => "fd00::1", "KUBERNETES_SERVICE_PORT" => "443", _ => null };
        var found = ClientConfiguration.InCluster(_clock, null, Environment, _folder);
        Assert.Equal("https://[fd00::1]/", Assert.Single(found.Servers).ToString());
        Assert.Equal("system", found.Namespace);
        Assert.Equal("Bearer t", await AuthorizationAsync(found.Credentials));
        var given = ClientConfiguration.InCluster(_clock, ["10.0.0.1:6443", "fd00::2", "[fd00::3]:6443", "api.test"], _ => null, _folder);
        Assert.Equal(["https://10.0.0.1:6443/", "https://[fd00::2]/", "https://[fd00::3]:6443/", "https://api.test/"], given.Servers.Select(server => server.ToString()));
    }

    [Fact]
    public async Task Impersonation_goes_out_as_headers()
    {
        var server = new ScriptedServer(_ => ScriptedServer.Json("{}"));
        using var client = server.Client(_clock, found => found with { Impersonate = new Impersonation { User = "jane", Groups = ["a", "b"] } });
        await client.SendAsync(HttpMethod.Get, "/version", null, "", default);
        var headers = Assert.Single(server.Requests).Headers;
        Assert.Equal("jane", headers["Impersonate-User"]);
        Assert.Equal("a,b", headers["Impersonate-Group"]);
    }

    private ClientConfiguration Load(IReadOnlyList<string> files, string? context = null) => ClientConfiguration.FromKubeConfig(files, context, _processes, _clock);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string User(string fields) => $$"""
        current-context: x
        clusters: [{ name: c, cluster: { server: "https://server:6443" } }]
        contexts: [{ name: x, context: { cluster: c, user: u } }]
        users: [{ name: u, user: { {{fields}} } }]
        """;

    private static ProcessResult Credential(string version, string token, DateTimeOffset? expires)
    {
        var expiry = expires is { } time ? $",\"expirationTimestamp\":\"{time:yyyy-MM-ddTHH:mm:ssZ}\"" : "";
        return new ProcessResult(0, $$$"""{"apiVersion":"{{{version}}}","kind":"ExecCredential","status":{"token":"{{{token}}}"{{{expiry}}}}}""", "", TimeSpan.Zero);
    }

    private static async Task<string?> AuthorizationAsync(IClientCredentials credentials) => (await credentials.GetAsync(default)).Authorization?.ToString();

    private sealed class FakeProcesses : IProcessRunner
    {
        public Queue<ProcessResult> Answers { get; } = new();

        public List<ProcessSpec> Seen { get; } = [];

        public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
        {
            Seen.Add(spec);
            return Task.FromResult(Answers.Dequeue());
        }
    }
}
