using System.Net.WebSockets;
using System.Text;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class ExecTests
{
    private static readonly NamespacedName Pod = new("a", "p");
    private const string Success = """{"status":"Success","metadata":{}}""";

    [Theory]
    [InlineData(ExecSession.V5)]
    [InlineData(ExecSession.V4)]
    public async Task Output_and_errors_are_kept_apart(string protocol)
    {
        var result = await RunAsync(protocol, async socket =>
        {
            await SendAsync(socket, 1, "");
            await SendAsync(socket, 1, "out");
            await SendAsync(socket, 2, "err");
            await SendAsync(socket, 1, "put");
            await SendAsync(socket, 3, Success);
        });
        Assert.Equal(new ExecResult(0, "output", "err"), result);
    }

    [Fact]
    public async Task The_exit_code_is_in_the_status()
    {
        var result = await RunAsync(ExecSession.V5, socket => SendAsync(socket, 3,
            """{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with exit code 7","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}"""));
        Assert.Equal(7, result.ExitCode);
    }

    [Fact]
    public async Task A_command_that_never_ran_is_an_exception()
    {
        var error = await Assert.ThrowsAsync<KubernetesException>(() => RunAsync(ExecSession.V5, socket => SendAsync(socket, 3,
            """{"status":"Failure","reason":"InternalError","code":500,"message":"exec: \"nothing\": executable file not found in $PATH"}""")));
        Assert.Contains("executable file not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_ends_without_a_status_is_no_success()
    {
        var error = await Assert.ThrowsAsync<KubernetesException>(() => RunAsync(ExecSession.V5, socket => SendAsync(socket, 1, "half of it")));
        Assert.True(error.IsUnreachable);
    }

    [Fact]
    public async Task With_v5_the_command_finds_the_end_of_its_input()
    {
        var input = Encoding.UTF8.GetBytes(new string('x', 100_000));
        var result = await RunAsync(
            ExecSession.V5,
            async socket =>
            {
                var buffer = new byte[64 * 1024];
                var length = 0;
                while (true)
                {
                    var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
                    if (buffer[0] == 255)
                    {
                        Assert.Equal(0, buffer[1]);
                        break;
                    }

                    Assert.Equal(0, buffer[0]);
                    length += received.Count - 1;
                }

                await SendAsync(socket, 1, $"{length}");
                await SendAsync(socket, 3, Success);
            },
            input);
        Assert.Equal("100000", result.StandardOutput);
    }

    [Fact]
    public async Task Megabytes_of_output_arrive_whole()
    {
        var piece = new string('y', 50_000);
        var result = await RunAsync(ExecSession.V4, async socket =>
        {
            for (var i = 0; i < 100; i++)
            {
                await SendAsync(socket, 1, piece);
            }

            await SendAsync(socket, 3, Success);
        });
        Assert.Equal(5_000_000, result.StandardOutput.Length);
    }

    [Fact]
    public async Task Over_TLS_the_same_trust_and_token_count()
    {
        using var certificates = new TestCertificates();
        var authority = certificates.Authority("the cluster");
        await using var server = await LoopbackServer.StartAsync(
            async context =>
            {
                Assert.Equal("Bearer t", context.Request.Headers.Authorization.ToString());
                using var socket = await context.WebSockets.AcceptWebSocketAsync(ExecSession.V5);
                await SendAsync(socket, 3, Success);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
            },
            certificates.Leaf(authority, "127.0.0.1"));
        var configuration = new ClientConfiguration
        {
            Servers = [server.Address],
            CertificateAuthority = FileOrData.FromData(TestCertificates.Pem(authority)),
            Credentials = new StaticCredentials(new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", "t")),
        };
        using var client = new KubernetesClient(configuration, TimeProvider.System);
        Assert.Equal(0, (await client.ExecAsync(Pod, Options(), default)).ExitCode);
        using var stranger = new KubernetesClient(configuration with { CertificateAuthority = FileOrData.FromData(TestCertificates.Pem(certificates.Authority("other"))) }, TimeProvider.System);
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => stranger.ExecAsync(Pod, Options(), default))).IsUnreachable);
    }

    [Fact]
    public async Task A_refused_upgrade_has_its_code()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var client = new KubernetesClient(new ClientConfiguration { Servers = [server.Address] }, TimeProvider.System);
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => client.ExecAsync(Pod, Options(), default))).IsForbidden);
    }

    [Fact]
    public async Task A_command_that_hangs_runs_into_its_time_limit()
    {
        var clock = new ManualTimeProvider();
        var started = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(ExecSession.V5);
            started.SetResult();
            try
            {
                await socket.ReceiveAsync(new byte[10], context.RequestAborted);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                // The client has gone, which is what this waits for.
                context.Abort();
            }
        });
        using var client = new KubernetesClient(new ClientConfiguration { Servers = [server.Address] }, clock);
        var running = client.ExecAsync(Pod, Options(), default);
        await started.Task;
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("Timeout", (await Assert.ThrowsAsync<KubernetesException>(() => running)).Status.Reason);
    }

    private static ExecOptions Options(byte[]? input = null) =>
        new() { Container = "c", Command = ["run", "a b"], Timeout = TimeSpan.FromSeconds(10), StandardInput = input };

    private static async Task<ExecResult> RunAsync(string protocol, Func<WebSocket, Task> command, byte[]? input = null)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            Assert.Equal("run|a b", string.Join("|", context.Request.Query["command"].ToArray()));
            Assert.Contains(protocol, context.WebSockets.WebSocketRequestedProtocols);
            using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
            await command(socket);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
        using var client = new KubernetesClient(new ClientConfiguration { Servers = [server.Address] }, TimeProvider.System);
        return await client.ExecAsync(Pod, Options(input), default);
    }

    private static Task SendAsync(WebSocket socket, byte channel, string text) =>
        socket.SendAsync(new ArraySegment<byte>([channel, .. Encoding.UTF8.GetBytes(text)]), WebSocketMessageType.Binary, true, default);
}
