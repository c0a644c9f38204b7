using System.Runtime.InteropServices;

namespace NetProfile.NodeAgent.Host;

/// <summary>What .NET doesn't say about files: owner, inode, and syncing a folder. statx has the same layout on every architecture.</summary>
internal static class NativeFile
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int DirectoryReadOnly = 0x10000 | 0x80000;

    public static Statx? Stat(string path)
    {
        var buffer = default(Statx);
        return statx(AtFdCwd, path, AtSymlinkNoFollow, BasicStats, ref buffer) == 0 ? buffer : null;
    }

    public static void SyncDirectory(string path)
    {
        var descriptor = open(path, DirectoryReadOnly);
        if (descriptor >= 0)
        {
            _ = fsync(descriptor);
            _ = close(descriptor);
        }
    }

    public static bool ChangeOwner(string path, int user, int group) => lchown(path, (uint)user, (uint)group) == 0;

    [StructLayout(LayoutKind.Sequential)]
    public struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int reserved;
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint UserId;
        public uint GroupId;
        public ushort Mode;
        private readonly ushort spare;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public Timestamp Accessed;
        public Timestamp Created;
        public Timestamp Changed;
        public Timestamp Modified;
        public uint SpecialMajor;
        public uint SpecialMinor;
        public uint DeviceMajor;
        public uint DeviceMinor;
    }

#pragma warning disable SYSLIB1054, CA5392, CA2101 // Plain DllImport needs no unsafe code; libc is always loaded.
    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref Statx buffer);

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
#pragma warning restore SYSLIB1054, CA5392, CA2101
}
