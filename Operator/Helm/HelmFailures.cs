using System.Text.RegularExpressions;

namespace NetProfile.Helm;

/// <summary>What helm 3 and helm 4 write to stderr, told apart. The first row that matches wins, so the particular stand before the general.</summary>
public static partial class HelmFailures
{
    private static readonly (Regex Pattern, HelmFailure Failure)[] Always =
    [
        (InProgress(), HelmFailure.OperationInProgress),
        (Ownership(), HelmFailure.OwnershipConflict),
        (Conflict(), HelmFailure.FieldConflict),
        (Terminating(), HelmFailure.NamespaceTerminating),
        (NamespaceNotFound(), HelmFailure.NamespaceMissing),
        (KubeVersion(), HelmFailure.KubeVersionTooOld),
        (Values(), HelmFailure.InvalidValues),
        (NotFound(), HelmFailure.ReleaseNotFound),
    ];

    private static readonly (Regex Pattern, HelmFailure Failure)[] Pull =
    [
        (NoSuchChart(), HelmFailure.ChartNotFound),
        (Denied(), HelmFailure.Forbidden),
        (Unreachable(), HelmFailure.RepositoryUnreachable),
        (Deadline(), HelmFailure.RepositoryUnreachable),
    ];

    private static readonly (Regex Pattern, HelmFailure Failure)[] Cluster =
    [
        (Denied(), HelmFailure.Forbidden),
        (Unreachable(), HelmFailure.ApiUnreachable),
        (NoSuchFile(), HelmFailure.ChartNotFound),
        (Deadline(), HelmFailure.Timeout),
        (Cancelled(), HelmFailure.Cancelled),
        (Invalid(), HelmFailure.InvalidValues),
    ];

    public static HelmFailure Classify(string standardError, HelmVerb verb)
    {
        var rows = verb == HelmVerb.Pull ? Pull : Always.Concat(Cluster);
        return rows.FirstOrDefault(row => row.Pattern.IsMatch(standardError)) is { Pattern: not null } row ? row.Failure : HelmFailure.Other;
    }

    [GeneratedRegex(@"another operation \(.*\) is in progress|cannot reuse a name that is still in use")]
    private static partial Regex InProgress();

    [GeneratedRegex(@"invalid ownership metadata|cannot be imported into the current release")]
    private static partial Regex Ownership();

    [GeneratedRegex(@"conflict occurred while applying object|Apply failed with \d+ conflict")]
    private static partial Regex Conflict();

    [GeneratedRegex(@"because it is being terminated")]
    private static partial Regex Terminating();

    [GeneratedRegex(@"namespaces ""[^""]+"" not found")]
    private static partial Regex NamespaceNotFound();

    [GeneratedRegex(@"chart requires kubeVersion")]
    private static partial Regex KubeVersion();

    // Schema, fail and required, template errors (two layouts), what the rendered text is not, and what stdin is not.
    [GeneratedRegex(@"don't meet the specifications of the schema|execution error at \(|nil pointer evaluating|error calling |wrong type for value|can't evaluate field|YAML parse error on|parse error at \(|error converting YAML to JSON|failed to parse -|unable to parse YAML|cannot overwrite table")]
    private static partial Regex Values();

    [GeneratedRegex(@"release: not found|has no deployed releases|has no \d+ version")]
    private static partial Regex NotFound();

    [GeneratedRegex(@"(?:^|\s)(?:[Ff]orbidden|is forbidden:|[Uu]nauthorized|denied\b|asked for the client to provide credentials)|cannot (?:get|list|watch|create|update|patch|delete) resource|: (?:401|403)\b", RegexOptions.Multiline)]
    private static partial Regex Denied();

    [GeneratedRegex(@"[Kk]ubernetes cluster unreachable|connection refused|connection reset|no such host|i/o timeout|TLS handshake|no route to host|network is unreachable|dial tcp|x509:|tls: |: EOF$|unexpected EOF|http2: |client connection lost|server is currently unable to handle|etcdserver:|failed to do request|failed to fetch|: 5\d\d\b", RegexOptions.Multiline)]
    private static partial Regex Unreachable();

    [GeneratedRegex(@": not found|manifest unknown|name unknown|: 404\b|does not contain a layer", RegexOptions.IgnoreCase)]
    private static partial Regex NoSuchChart();

    [GeneratedRegex(@"path "".*"" not found|Chart\.ya?ml file is missing|no such file or directory|does not appear to be a gzipped archive|gzip: invalid header")]
    private static partial Regex NoSuchFile();

    [GeneratedRegex(@"context deadline exceeded|timed out waiting for the condition|Timeout: request did not complete")]
    private static partial Regex Deadline();

    [GeneratedRegex(@"context canceled|has been cancelled")]
    private static partial Regex Cancelled();

    [GeneratedRegex(@" is invalid: |denied the request|unable to build kubernetes objects|unable to recognize|no matches for kind|resource mapping not found")]
    private static partial Regex Invalid();
}
