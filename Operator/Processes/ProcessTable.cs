using System.Text;

namespace NetProfile.Processes;

/// <summary>The processes of this machine (or container).</summary>
internal interface IProcessTable
{
    /// <summary>Whether a living process was started with this variable in its environment.</summary>
    bool AnyWithEnvironment(string name, string value);
}

/// <summary>By /proc. A process whose environment may not be read is another user's, and this program's children never are.</summary>
internal sealed class ProcProcessTable : IProcessTable
{
    public bool AnyWithEnvironment(string name, string value)
    {
        var wanted = Encoding.UTF8.GetBytes($"{name}={value}");
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var pid) && pid != Environment.ProcessId && Has(directory, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(string directory, byte[] wanted)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes(Path.Combine(directory, "environ"));
            foreach (var range in environment.Split((byte)0))
            {
                if (environment[range].SequenceEqual(wanted))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended since it was listed, or it is another user's.
            return false;
        }
    }
}
