using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Plugin;

/// <summary>Which cluster, and which of its NetworkProfiles: the options that all verbs of the plugin share.</summary>
internal sealed class ClusterOptions
{
    public Option<string?> KubeConfig { get; } = new("--kubeconfig") { Description = "The kubeconfig file. Default: KUBECONFIG, then ~/.kube/config.", HelpName = "FILE" };

    public Option<string?> Context { get; } = new("--context") { Description = "The kubeconfig's context. Default: its current one.", HelpName = "NAME" };

    public Argument<string?> Profile { get; } = new("NAME") { Description = "The NetworkProfile. Default: the oldest, which is the one in force.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>A verb about one NetworkProfile.</summary>
    public static (Command Command, ClusterOptions Options) ForProfile(string name, string description)
    {
        var (command, options) = ForCluster(name, description);
        command.Arguments.Add(options.Profile);
        return (command, options);
    }

    public static (Command Command, ClusterOptions Options) ForCluster(string name, string description)
    {
        var options = new ClusterOptions();
        return (new Command(name, description) { options.KubeConfig, options.Context }, options);
    }

    public IKubernetesClient Connect(ParseResult result, CommandEnvironment environment) => environment.Connect(new ClientConfigurationOptions
    {
        KubeConfig = result.GetValue(KubeConfig),
        Context = result.GetValue(Context),
    });

    public string? Name(ParseResult result) => result.GetValue(Profile);
}
