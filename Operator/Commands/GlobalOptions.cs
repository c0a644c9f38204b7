using System.CommandLine;

namespace NetProfile.Commands;

/// <summary>Options of every verb.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Show where an error came from.",
        Recursive = true,
    };
}
