using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly X509Certificate2 _authority;

    public TlsTests() => _authority = _certificates.Authority("the cluster");

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task The_clusters_own_authority_is_trusted_over_HTTP2()
    {
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(_authority, "127.0.0.1"));
        Assert.Equal("HTTP/2", await AskAsync(server, TestCertificates.Pem(_authority)));
    }

    [Fact]
    public async Task Another_authority_of_the_same_name_is_not_trusted()
    {
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(_authority, "127.0.0.1"));
        await RefusedAsync(server, TestCertificates.Pem(_certificates.Authority("the cluster")));
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_trusted_unless_that_name_is_asked_for()
    {
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(_authority, "api.test"));
        await RefusedAsync(server, TestCertificates.Pem(_authority));
        Assert.Equal("HTTP/2", await AskAsync(server, TestCertificates.Pem(_authority), found => found with { TlsServerName = "api.test" }));
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_not_trusted()
    {
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(_authority, "127.0.0.1", days: 0));
        await RefusedAsync(server, TestCertificates.Pem(_authority));
    }

    [Fact]
    public async Task A_client_certificate_is_no_servers_certificate()
    {
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(_authority, "127.0.0.1"));
        var wrong = _certificates.Leaf(_authority, "127.0.0.1", server: false);
        using var validation = new ServerCertificateValidation(TestCertificates.Pem(_authority));
        Assert.False(validation.Validate(this, wrong, null, System.Net.Security.SslPolicyErrors.None));
    }

    [Fact]
    public async Task A_chain_with_an_intermediate_is_followed_and_the_intermediate_may_be_the_anchor()
    {
        var intermediate = _certificates.Authority("the intermediate", _authority);
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(intermediate, "127.0.0.1"), [intermediate]);
        Assert.Equal("HTTP/2", await AskAsync(server, TestCertificates.Pem(_authority)));
        Assert.Equal("HTTP/2", await AskAsync(server, TestCertificates.Pem(intermediate)));
        Assert.Equal("HTTP/2", await AskAsync(server, TestCertificates.Pem(_certificates.Authority("old"), _authority)));
    }

    [Fact]
    public async Task Without_a_bundle_the_system_decides_and_it_does_not_know_us()
    {
        await using var server = await LoopbackServer.StartAsync(EchoAsync, _certificates.Leaf(_authority, "127.0.0.1"));
        await RefusedAsync(server, null);
        Assert.Equal("HTTP/2", await AskAsync(server, null, found => found with { SkipTlsVerify = true }));
    }

    [Fact]
    public async Task A_client_certificate_is_sent_and_replaced_when_its_file_is()
    {
        var folder = Directory.CreateTempSubdirectory("certificates").FullName;
        try
        {
            var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
            var (certificate, key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
            void Write(string name)
            {
                var leaf = _certificates.Leaf(_authority, name, server: false);
                File.WriteAllBytes(certificate, TestCertificates.Pem(leaf));
                File.WriteAllBytes(key, TestCertificates.KeyPem(leaf));
            }

            Write("first");
            await using var server = await LoopbackServer.StartAsync(
                context => context.Response.WriteAsync($$$"""{"metadata":{"name":"{{{context.Connection.ClientCertificate?.Subject}}}"}}"""),
                _certificates.Leaf(_authority, "127.0.0.1"),
                asksForCertificate: true);
            using var client = Client(server, TestCertificates.Pem(_authority), clock, found => found with
            {
                Credentials = new CertificateCredentials(FileOrData.FromFile(certificate), FileOrData.FromFile(key), clock),
            });
            Assert.Equal("CN=first", await NameAsync(client));
            Write("second");
            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("CN=second", await NameAsync(client));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_watch_that_the_server_drops_is_an_unreachable_server()
    {
        await using var server = await LoopbackServer.StartAsync(
            async context =>
            {
                await context.Response.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"n","resourceVersion":"1"}}}""" + "\n");
                await context.Response.Body.FlushAsync();
                context.Abort();
            },
            _certificates.Leaf(_authority, "127.0.0.1"));
        using var client = Client(server, TestCertificates.Pem(_authority), TimeProvider.System, found => found);
        var error = await Assert.ThrowsAsync<KubernetesException>(async () =>
        {
            await foreach (var change in client.WatchAsync<V1Node>(new WatchOptions { ResourceVersion = "0" }, default))
            {
                Assert.Contains(change.Type, new[] { WatchEventType.Bookmark, WatchEventType.Added });
            }
        });
        Assert.True(error.IsUnreachable);
    }

    private static Task EchoAsync(HttpContext context) => context.Response.WriteAsync($$$"""{"metadata":{"name":"{{{context.Request.Protocol}}}"}}""");

    private static async Task<string> AskAsync(LoopbackServer server, byte[]? bundle, Func<ClientConfiguration, ClientConfiguration>? change = null)
    {
        using var client = Client(server, bundle, TimeProvider.System, change ?? (found => found));
        return await NameAsync(client);
    }

    private static async Task RefusedAsync(LoopbackServer server, byte[]? bundle)
    {
        var error = await Assert.ThrowsAsync<KubernetesException>(() => AskAsync(server, bundle));
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static KubernetesClient Client(LoopbackServer server, byte[]? bundle, TimeProvider clock, Func<ClientConfiguration, ClientConfiguration> change) => new(
        change(new ClientConfiguration { Servers = [server.Address], CertificateAuthority = bundle is null ? null : FileOrData.FromData(bundle) }),
        clock);

    private static async Task<string> NameAsync(KubernetesClient client) =>
        (await client.GetAsync<V1Node>(new NamespacedName(null, "n"), default))!.Metadata.Name!;
}
