using NetProfile.Kubernetes.Client;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class EnvironmentProxyTests
{
    private const string Proxy = "http://proxy:3128/";

    [Theory]
    [InlineData("https://api.test:6443", "", Proxy)]
    [InlineData("https://api.test:6443", "other.test,10.0.0.0/8", Proxy)]
    [InlineData("https://10.1.2.3:6443", "10.0.0.0/8", null)]
    [InlineData("https://11.1.2.3:6443", "10.0.0.0/8", Proxy)]
    [InlineData("https://[fd00::5]:6443", "fd00::/8", null)]
    [InlineData("https://10.1.2.3:6443", "10.1.2.3", null)]
    [InlineData("https://api.test:6443", "test", null)]
    [InlineData("https://api.test:6443", ".test", null)]
    [InlineData("https://test:6443", ".test", Proxy)]
    [InlineData("https://apitest:6443", "test", Proxy)]
    [InlineData("https://api.test:6443", "*.test", null)]
    [InlineData("https://api.test:6443", "api.test:6443", null)]
    [InlineData("https://api.test:6443", "api.test:443", Proxy)]
    [InlineData("https://api.test:6443", "*", null)]
    [InlineData("https://127.0.0.1:6443", "", null)]
    [InlineData("https://localhost:6443", "", null)]
    [InlineData("http://api.test:8080", "", null)]
    public void The_environment_is_read_as_kubectl_reads_it(string server, string except, string? expected)
    {
        var proxy = new EnvironmentProxy(name => name switch { "HTTPS_PROXY" => "proxy:3128", "no_proxy" => except, _ => null });
        Assert.Equal(expected, proxy.GetProxy(new Uri(server))?.ToString());
    }

    [Fact]
    public void The_users_of_the_proxy_are_in_its_address()
    {
        var credential = new ProxyUserInfo().GetCredential(new Uri("http://me:p%40ss@proxy:3128"), "Basic")!;
        Assert.Equal(("me", "p@ss"), (credential.UserName, credential.Password));
    }
}
