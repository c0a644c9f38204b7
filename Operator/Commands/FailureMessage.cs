using NetProfile.Kubernetes.Client;
using NetProfile.NodeAgent.Host;
using NetProfile.Processes;
using NetProfile.Serialization;

namespace NetProfile.Commands;

/// <summary>Any exception as a sentence for the user, and its exit code.</summary>
internal static class FailureMessage
{
    public static (string Message, int ExitCode) Of(Exception exception) => exception switch
    {
        CommandException e => (e.Message, e.ExitCode),
        KubernetesException e => (Of(e), ExitCode.Trouble),
        KubeConfigException e => ($"{e.Message}; name a cluster by --kubeconfig and --context, or by KUBECONFIG", ExitCode.Trouble),
        ExecutableNotFoundException e => (e.Message, ExitCode.Trouble),
        YamlException e => (e.Message, ExitCode.Trouble),
        HostException e => ($"the node can't be read: {e.Message}", ExitCode.Trouble),
        IOException or UnauthorizedAccessException => (exception.Message, ExitCode.Trouble),
        _ => ($"{exception.GetType().Name}: {exception.Message}; run again with --verbose for the details and please report it", ExitCode.Trouble),
    };

    private static string Of(KubernetesException e) => e switch
    {
        { IsForbidden: true } => $"the API server refuses: {e.Message}; ask for that right or use another --context",
        { Status.Code: 401 } => $"the API server doesn't know you: {e.Message}; log in again or use another --context",
        { IsUnreachable: true } => $"the API server can't be reached: {e.Message}; check --kubeconfig and --context",
        { IsNotFound: true } => $"not found: {e.Message}",
        _ => $"the API server answered: {e.Message}",
    };
}
