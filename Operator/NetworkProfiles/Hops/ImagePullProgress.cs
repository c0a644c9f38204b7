using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Hops;

/// <summary>How far the pull of one hop's images is, by the DaemonSet's counts and the states of its pods. Pure.</summary>
internal sealed record ImagePullProgress
{
    private const int MostFailures = 3;

    /// <summary>A kubelet that has one of these tries again by itself, but seldom with another end.</summary>
    private static readonly HashSet<string> s_failures = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError"];

    /// <summary>What it pulls for; see <see cref="ImagePull.KeyOf(string, System.Text.Json.Nodes.JsonObject)"/>.</summary>
    public required string Key { get; init; }

    public required bool IsDone { get; init; }

    /// <summary>For people: "12 of 50 nodes have the images; missing: node3".</summary>
    public required string Text { get; init; }

    /// <summary>Which image could not be pulled, on which nodes and why; null while that is nowhere so.</summary>
    public required string? Failure { get; init; }

    public required bool PreflightPassed { get; init; }

    public static ImagePullProgress? Of(NetworkProfileObservation seen)
    {
        if (seen.Hop.ImagePull is not { Metadata: { DeletionTimestamp: null } metadata } daemonSet)
        {
            return null;
        }

        var key = metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.DigestAnnotation) ?? "";
        var status = daemonSet.Status;
        var lost = LostNodes.Of(seen);
        var (desired, ready) = (status?.DesiredNumberScheduled ?? 0, status?.NumberReady ?? 0);
        var pods = seen.Pods.Where(p => ImagePull.IsPodOf(p) && !lost.Contains(p.Spec?.NodeName ?? "")).ToList();
        var missing = pods.Where(p => p.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) != true).Select(p => p.Spec?.NodeName).OfType<string>().ToList();
        return new ImagePullProgress
        {
            Key = key,
            IsDone = desired > 0 && status?.ObservedGeneration >= (metadata.Generation ?? 0) && (status.UpdatedNumberScheduled ?? 0) + lost.Count >= desired && ready + lost.Count >= desired,
            Text = string.Create(CultureInfo.InvariantCulture, $"{Math.Min(ready, desired)} of {desired} nodes have the images{(missing.Count == 0 ? "" : $"; missing: {NodeNames.Join(missing, most: 5)}")}"),
            Failure = FailureOf(pods),
            PreflightPassed = metadata.Annotations?.GetValueOrDefault(ImagePull.PreflightAnnotation) == key,
        };
    }

    private static string? FailureOf(List<V1Pod> pods)
    {
        var failures = pods.Where(p => p.Metadata.DeletionTimestamp is null)
            .SelectMany(p => (p.Status?.ContainerStatuses ?? []).Select(c => (Node: p.Spec?.NodeName ?? "", Image: c.Image ?? ImageOf(p, c.Name), c.State?.Waiting)))
            .Where(c => c.Waiting?.Reason is { } reason && s_failures.Contains(reason))
            .GroupBy(c => c.Image, StringComparer.Ordinal)
            .Select(g => $"image {g.Key} can't be pulled on {NodeNames.Join(g.Select(c => c.Node), most: 5)}{(g.Select(c => c.Waiting!.Message).FirstOrDefault(m => !string.IsNullOrEmpty(m)) is { } why ? $" ({why})" : "")}")
            .ToList();
        return failures.Count == 0 ? null : Summary.Of(failures, most: MostFailures);
    }

    private static string ImageOf(V1Pod pod, string? container) => pod.Spec?.Containers?.FirstOrDefault(c => c.Name == container)?.Image ?? "?";
}
