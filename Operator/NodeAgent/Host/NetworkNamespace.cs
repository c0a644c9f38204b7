using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetProfile.NodeAgent.Host;

/// <summary>
/// Makes sockets inside of another network namespace. A socket stays where it was made, so that one thread has to go there once,
/// and ends there: setns(2) moves the calling thread only, and a thread of the pool must not stay behind.
/// </summary>
internal static class NetworkNamespace
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int NewNet = 0x40000000;

    /// <param name="path">A file of the namespace; null: this process's own.</param>
    /// <param name="make">Runs there.</param>
    /// <exception cref="HostException">The namespace can't be entered.</exception>
    public static T In<T>(string? path, Func<T> make)
    {
        if (path is null)
        {
            return make();
        }

        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(path);
                result = make();
            }
            catch (Exception exception) when (exception is HostException or SocketException)
            {
                failure = exception;
            }
        })
        { IsBackground = true };
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new HostException(failure.Message, failure);
    }

    private static void Enter(string path)
    {
        var descriptor = open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw new HostException($"the network namespace {path} can't be opened: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }

        var entered = setns(descriptor, NewNet);
        var error = Marshal.GetLastPInvokeError();
        _ = close(descriptor);
        if (entered != 0)
        {
            throw new HostException($"the network namespace {path} can't be entered: {new Win32Exception(error).Message}");
        }
    }

#pragma warning disable SYSLIB1054, CA5392, CA2101 // Plain DllImport needs no unsafe code; libc is always loaded.
    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int setns(int descriptor, int type);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);
#pragma warning restore SYSLIB1054, CA5392, CA2101
}
