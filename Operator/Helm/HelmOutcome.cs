namespace NetProfile.Helm;

public enum HelmFailure
{
    None,
    Other,
    HelmMissing,
    HelmTooOld,
    ReleaseNotFound,
    OperationInProgress,
    Timeout,
    ChartNotFound,
    RepositoryUnreachable,
    DigestMismatch,
    InvalidValues,
    OwnershipConflict,
    FieldConflict,
    NamespaceMissing,
    NamespaceTerminating,
    Forbidden,
    KubeVersionTooOld,
    ApiUnreachable,
    Cancelled,
}

/// <summary><see cref="Message"/> is one sentence for a person; <see cref="Output"/> is all that helm said (stdout on success, stderr on failure).</summary>
public sealed record HelmOutcome
{
    public required HelmFailure Failure { get; init; }

    public string Message { get; init; } = "";

    public string Output { get; init; } = "";

    public TimeSpan Duration { get; init; }

    public bool Succeeded => Failure == HelmFailure.None;
}

public sealed record ChartOutcome
{
    public required HelmFailure Failure { get; init; }

    public string Message { get; init; } = "";

    /// <summary>Set when <see cref="Failure"/> is None.</summary>
    public LocalChart? Chart { get; init; }
}
