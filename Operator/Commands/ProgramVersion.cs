using System.Reflection;

namespace NetProfile.Commands;

internal static class ProgramVersion
{
    /// <summary>As `--version` prints it.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
