using System.Runtime.InteropServices;
using System.Text;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>A BPF file system below a test node's root, with maps that the kernel really holds by it.</summary>
internal sealed partial class BpfPins : IAsyncDisposable
{
    private const long BpfCall = 321;
    private const int MapCreate = 0;
    private const int ObjectPin = 6;
    private const int ArrayMap = 2;
    private const int AttributeSize = 128;

    private readonly string _mount;

    private BpfPins(string mount) => _mount = mount;

    public static async Task<BpfPins> MountAsync(TestNode node)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the number of the bpf call is that of x86_64");
        var mount = node.Root + "/sys/fs/bpf";
        Directory.CreateDirectory(mount);
        await TestNode.ShellAsync($"mount -t bpf bpf {mount}");
        return new BpfPins(mount);
    }

    /// <param name="path">Below the mount.</param>
    public void Pin(string path)
    {
        var target = $"{_mount}/{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var create = new byte[AttributeSize];
        foreach (var (field, i) in new[] { ArrayMap, sizeof(int), sizeof(int), 1 }.Select((field, i) => (field, i)))
        {
            BitConverter.TryWriteBytes(create.AsSpan(i * sizeof(int)), field);
        }

        var map = Call(BpfCall, MapCreate, create, AttributeSize);
        Assert.True(map >= 0, $"the kernel makes no map: errno {Marshal.GetLastPInvokeError()}");
        var name = GCHandle.Alloc(Encoding.UTF8.GetBytes(target + "\0"), GCHandleType.Pinned);
        try
        {
            var pin = new byte[AttributeSize];
            BitConverter.TryWriteBytes(pin, name.AddrOfPinnedObject().ToInt64());
            BitConverter.TryWriteBytes(pin.AsSpan(sizeof(long)), (int)map);
            Assert.True(Call(BpfCall, ObjectPin, pin, AttributeSize) == 0, $"the kernel pins no map at {target}: errno {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            name.Free();
            _ = Close((int)map);
        }
    }

    public async ValueTask DisposeAsync() => await TestNode.ShellAsync($"umount {_mount}");

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, int command, byte[] attributes, uint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
