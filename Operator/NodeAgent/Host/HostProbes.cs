using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetProfile.NodeAgent.Host;

/// <summary>The namespaces of the node's processes by /proc, and TCP connections out of them.</summary>
/// <param name="root">Where the node's root folder is seen.</param>
/// <param name="clock">For the limit of an attempt.</param>
/// <param name="own">A file of the node's own namespace, where it isn't this process's: the agent runs on the node's network.</param>
public sealed class HostProbes(string root, TimeProvider clock, string? own = null) : IHostProbes
{
    private readonly string proc = HostPath.Physical(root == "/" ? "/" : root.TrimEnd('/'), "/proc");

    public IReadOnlyList<PodNamespace> Pods()
    {
        var seen = new HashSet<string?>(StringComparer.Ordinal) { null, Identity(own ?? "/proc/self/ns/net") };
        var pods = new List<PodNamespace>();
        foreach (var process in Directory.Exists(proc) ? Directory.EnumerateDirectories(proc).Where(path => char.IsAsciiDigit(path[proc.Length + 1])) : [])
        {
            if (seen.Add(Identity(process + "/ns/net")) && AddressesIn(process) is { Count: > 0 } addresses)
            {
                pods.Add(new PodNamespace(process + "/ns/net", addresses));
            }
        }

        return pods;
    }

    public async Task<IReadOnlyList<string?>> ConnectAsync(PodNamespace? from, IReadOnlyList<ProbeAim> targets, TimeSpan limit, CancellationToken cancellationToken)
    {
        var sockets = NetworkNamespace.In(from?.Path ?? own, () => targets.Select(target => new Socket(target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)).ToList());
        try
        {
            return await Task.WhenAll(sockets.Zip(targets, (socket, target) => TryAsync(socket, target, limit, cancellationToken)));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private async Task<string?> TryAsync(Socket socket, ProbeAim target, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(target.Address, target.Port, either.Token);
            return null;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return target.Listens ? "connection refused" : null;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode switch
            {
                SocketError.HostUnreachable => "no route to host",
                SocketError.NetworkUnreachable => "network is unreachable",
                _ => failed.Message,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Two names of one namespace have the same inode; null when there is none any more, or it isn't ours to see.</summary>
    private static string? Identity(string path)
    {
        try
        {
            var target = new FileInfo(path).LinkTarget;
            return target ?? (NativeFile.Stat(path) is { } stat ? $"net:[{stat.Inode.ToString(CultureInfo.InvariantCulture)}]" : null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<IPAddress> AddressesIn(string process)
    {
        try
        {
            return [.. LocalAddresses(File.ReadAllText(process + "/net/fib_trie")), .. AddressesV6(process + "/net/if_inet6")];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>An address's own line is followed by "/32 host LOCAL"; each stands there twice.</summary>
    internal static IEnumerable<IPAddress> LocalAddresses(string trie)
    {
        var lines = trie.Split('\n', StringSplitOptions.TrimEntries);
        return Enumerable.Range(1, Math.Max(0, lines.Length - 1))
            .Where(i => lines[i] == "/32 host LOCAL" && lines[i - 1].StartsWith("|-- ", StringComparison.Ordinal))
            .Select(i => IPAddress.Parse(lines[i - 1][4..]))
            .Where(address => !IPAddress.IsLoopback(address))
            .Distinct();
    }

    /// <summary>32 hexadecimal digits, and among the rest the scope as fourth word: 00 is global.</summary>
    private static IEnumerable<IPAddress> AddressesV6(string path) => File.Exists(path)
        ? File.ReadAllLines(path)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 3 && words[3] == "00" && words[0].Length == 32)
            .Select(words => new IPAddress(Convert.FromHexString(words[0])))
        : [];
}
