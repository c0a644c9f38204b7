using System.Text.RegularExpressions;
using NetProfile.Processes;

namespace NetProfile.Helm;

/// <summary>A helm that is there and new enough, or the reason why there is none.</summary>
public sealed record HelmProgram
{
    public HelmFailure Failure { get; init; }

    public string Message { get; init; } = "";

    public string Path { get; init; } = "";

    public HelmFlags? Flags { get; init; }
}

/// <summary>Finds helm and asks it for its version once, and again only when the file has been replaced.</summary>
internal sealed partial class HelmLocator(IProcessRunner processes, HelmOptions options) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private (string Path, DateTime Modified, HelmProgram Program)? known;

    public async Task<HelmProgram> LocateAsync(IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        if (ExecutablePath.Find(options.Program) is not { } path)
        {
            return new HelmProgram { Failure = HelmFailure.HelmMissing, Message = $"there is no helm: '{options.Program}' is not an executable file and not on PATH; install helm {HelmFlags.Minimum} or newer, or set NETPROFILE_HELM" };
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            var modified = File.GetLastWriteTimeUtc(path);
            if (known is not { } seen || seen.Path != path || seen.Modified != modified)
            {
                var program = await AskAsync(path, environment, cancellationToken);
                // A helm that could not answer is asked again the next time.
                known = program.Failure == HelmFailure.HelmMissing ? null : (path, modified, program);
                return program;
            }

            return seen.Program;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<HelmProgram> AskAsync(string path, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        ProcessResult result;
        try
        {
            result = await processes.RunAsync(
                new ProcessSpec { FileName = path, Arguments = HelmArguments.Version(), Environment = environment, Timeout = TimeSpan.FromSeconds(30) }, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or ExecutableNotFoundException)
        {
            return new HelmProgram { Failure = HelmFailure.HelmMissing, Message = $"{path} does not run: {e.Message}" };
        }

        var match = VersionNumber().Match(result.StandardOutput);
        if (result.ExitCode != 0 || !match.Success)
        {
            return new HelmProgram { Failure = HelmFailure.HelmMissing, Message = $"{path} does not say its version: {HelmMessage.Summary(result.StandardError)}" };
        }

        var version = Version.Parse(match.Groups[1].Value);
        return version < HelmFlags.Minimum
            ? new HelmProgram { Failure = HelmFailure.HelmTooOld, Message = $"{path} is helm {version}; {HelmFlags.Minimum} or newer is needed" }
            : new HelmProgram { Path = path, Flags = HelmFlags.For(version) };
    }

    [GeneratedRegex(@"v?(\d{1,5}\.\d{1,5}\.\d{1,5})")]
    private static partial Regex VersionNumber();
}
