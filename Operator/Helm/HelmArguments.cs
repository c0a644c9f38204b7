using System.Globalization;

namespace NetProfile.Helm;

/// <summary>
/// The argument lists of every helm call. Values and credentials are never among them. No <c>--wait</c> for installs and
/// upgrades: the operator watches the rollout itself, and a release isn't locked while agents come up.
/// </summary>
public static class HelmArguments
{
    public static IReadOnlyList<string> Version() => ["version", "--template={{.Version}}"];

    public static IReadOnlyList<string> Upgrade(HelmUpgrade request, HelmFlags flags) =>
    [
        "upgrade",
        request.Release.Name,
        request.Chart.Path,
        "--install",
        $"--namespace={request.Release.Namespace}",
        "--reset-values",
        "--values=-",
        "--history-max=10",
        Timeout(request.Timeout),
        .. request.Labels.Count == 0 ? [] : new[] { Labels(request.Labels) },
        .. request.Description is { } description ? [$"--description={description}"] : Array.Empty<string>(),
        .. request.CreateNamespace ? ["--create-namespace"] : Array.Empty<string>(),
        .. request.ForceConflicts ? flags.ForceConflicts : [],
        .. request.TakeOwnership ? flags.TakeOwnership : [],
        .. request.DryRunServer ? ["--dry-run=server", .. flags.HideSecret] : Array.Empty<string>(),
    ];

    public static IReadOnlyList<string> Template(HelmUpgrade request) =>
    [
        "template",
        request.Release.Name,
        request.Chart.Path,
        $"--namespace={request.Release.Namespace}",
        "--values=-",
        "--include-crds",
        .. request.KubeVersion is { } version ? [$"--kube-version={version}"] : Array.Empty<string>(),
        .. request.ApiVersions.Select(version => $"--api-versions={version}"),
    ];

    public static IReadOnlyList<string> Rollback(HelmReleaseName release, int revision, TimeSpan timeout) =>
        ["rollback", release.Name, revision.ToString(CultureInfo.InvariantCulture), $"--namespace={release.Namespace}", "--history-max=10", Timeout(timeout)];

    /// <summary>Waits until the objects are gone: a namespace that is still being terminated refuses the next install.</summary>
    public static IReadOnlyList<string> Uninstall(HelmReleaseName release, TimeSpan timeout) =>
        ["uninstall", release.Name, $"--namespace={release.Namespace}", "--ignore-not-found", "--wait", Timeout(timeout)];

    public static IReadOnlyList<string> Pull(string reference, string version, string destination, bool plainHttp, string? certificateAuthorityFile, HelmFlags flags) =>
    [
        "pull",
        reference,
        $"--version={version}",
        $"--destination={destination}",
        .. plainHttp ? flags.PlainHttp : [],
        .. certificateAuthorityFile is { } file ? [$"--ca-file={file}"] : Array.Empty<string>(),
    ];

    private static string Timeout(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $"--timeout={Math.Ceiling(timeout.TotalSeconds):0}s");

    private static string Labels(IReadOnlyDictionary<string, string> labels) =>
        "--labels=" + string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
