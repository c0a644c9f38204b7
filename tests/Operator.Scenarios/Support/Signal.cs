using System.Runtime.InteropServices;

namespace NetProfile.Operator.Scenarios.Support;

internal static partial class Signal
{
    public const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int pid, int signal);
}
