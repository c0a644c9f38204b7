namespace NetProfile.Commands;

/// <summary>An end that was foreseen. The message says what, where and what to do, and is all that the user sees.</summary>
public sealed class CommandException(string message, int exitCode = ExitCode.Trouble, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
