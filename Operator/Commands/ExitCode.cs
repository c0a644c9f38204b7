namespace NetProfile.Commands;

/// <summary>What every verb's exit code means, as diff and grep have it. A verb documents only what "no" is to it.</summary>
public static class ExitCode
{
    /// <summary>Done, or the answer is yes.</summary>
    public const int Success = 0;

    /// <summary>The answer is no: a profile is invalid, isn't Ready, has nothing to approve, or the wait ran out.</summary>
    public const int No = 1;

    /// <summary>The question couldn't be put: a wrong option, a file that can't be read, no kubeconfig, no answer from the API server.</summary>
    public const int Trouble = 2;

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;

    /// <summary>As a program that SIGPIPE ends.</summary>
    public const int NobodyReads = 141;
}
