using System.Globalization;

namespace NetProfile.Benchmarks;

/// <summary>What /proc says of a process.</summary>
internal static class ProcessUsage
{
    /// <summary>Linux counts CPU time for programs in hundredths of a second.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    public static TimeSpan CpuOf(int pid) => Ticks(File.ReadAllText($"/proc/{pid}/stat"), first: 11);

    /// <summary>Of the children that a process has waited for; <paramref name="stat"/> is its /proc/PID/stat.</summary>
    public static TimeSpan CpuOfChildren(string stat) => Ticks(stat, first: 13);

    /// <param name="pid">The process.</param>
    /// <param name="field">VmRSS or VmHWM.</param>
    public static double MebibytesOf(int pid, string field)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>User and system time; the fields are counted behind the program's name, which may hold spaces.</summary>
    private static TimeSpan Ticks(string stat, int first)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return s_tick * (long.Parse(fields[first], CultureInfo.InvariantCulture) + long.Parse(fields[first + 1], CultureInfo.InvariantCulture));
    }
}
