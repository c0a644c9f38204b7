using System.Runtime.InteropServices;

namespace NetProfile.Processes;

/// <summary>The session that a child leads, named by its process id.</summary>
internal readonly struct ProcessGroup(int id)
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    public void Terminate() => Signal(SigTerm);

    public void Kill() => Signal(SigKill);

    /// <summary>For use when the leader has been reaped: its id may be anybody's by now, its group's id only a group member's.</summary>
    public void KillRemaining() => _ = SendSignal(-id, SigKill);

    private void Signal(int signal)
    {
        // Before the child has called setsid (or without setsid) there is no such group yet; the child itself is there.
        if (SendSignal(-id, signal) != 0)
        {
            _ = SendSignal(id, signal);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
