using System.Text.RegularExpressions;

namespace NetProfile.Helm.Charts;

/// <summary>A chart from an OCI registry, pulled by helm itself, which knows every registry's way of logging in.</summary>
internal sealed partial class OciCharts(HelmCommand helm, HelmOptions options)
{
    /// <returns>The archive, and (helm says it on stderr) the digest of its manifest, which is what registries and <c>helm pull</c> show.</returns>
    public async Task<(byte[] Content, string? ManifestDigest)> PullAsync(HelmChart chart, string scratch, CancellationToken cancellationToken)
    {
        var reference = $"{chart.Repository.TrimEnd('/')}/{chart.Name}";
        var outcome = await helm.RunAsync(
            HelmVerb.Pull,
            flags => HelmArguments.Pull(reference, chart.Version, scratch, IsLoopback(reference), options.CertificateAuthorityFile, flags),
            stdin: default,
            options.DownloadTimeout,
            cancellationToken);
        if (!outcome.Succeeded)
        {
            throw new ChartProblem(Failure(outcome.Failure), Message(chart, reference, outcome));
        }

        var archive = Directory.EnumerateFiles(scratch, "*.tgz").FirstOrDefault()
            ?? throw new ChartProblem(HelmFailure.ChartNotFound, $"{reference}:{chart.Version} is not a chart");
        var digest = ManifestDigest().Match(outcome.Output);
        return (await File.ReadAllBytesAsync(archive, cancellationToken), digest.Success ? digest.Groups[1].Value : null);
    }

    /// <summary>Plain HTTP is for a registry beside us, in tests and in development; never over a network.</summary>
    internal static bool IsLoopback(string reference) => Uri.TryCreate(reference, UriKind.Absolute, out var uri) && uri.IsLoopback;

    private static HelmFailure Failure(HelmFailure failure) => failure == HelmFailure.Timeout ? HelmFailure.RepositoryUnreachable : failure;

    private static string Message(HelmChart chart, string reference, HelmOutcome outcome) => outcome.Failure switch
    {
        HelmFailure.ChartNotFound => $"{reference} has no version {chart.Version}",
        HelmFailure.Forbidden => $"{reference} refuses us: {outcome.Message}",
        HelmFailure.RepositoryUnreachable or HelmFailure.Timeout => $"{reference} cannot be reached: {outcome.Message}",
        _ => outcome.Message,
    };

    [GeneratedRegex(@"^Digest:\s*(sha256:[0-9a-f]{64})\s*$", RegexOptions.Multiline)]
    private static partial Regex ManifestDigest();
}
