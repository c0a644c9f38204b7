using System.CommandLine;
using NetProfile.NodeAgent;
using NetProfile.Plugin;

namespace NetProfile.Commands;

/// <summary>The tree of verbs. Called as kubectl-netprofile it is the plugin `kubectl netprofile`.</summary>
internal static class RootCommandFactory
{
    private const string Description =
        """
        Brings a cluster's network to what its NetworkProfile says, and shows how far it is.

        Exit codes: 0 yes or done; 1 no (invalid, not Ready, refused); 2 the question couldn't be put (wrong option, unreadable file, no answer from the API server); 130 interrupted.
        """;

    public static RootCommand Create(CommandEnvironment environment)
    {
        var root = new RootCommand(Description);
        root.Options.Add(GlobalOptions.Verbose);
        root.Subcommands.Add(OperatorCommand.Create(environment));
        root.Subcommands.Add(ValidateCommand.Create(environment));
        root.Subcommands.Add(ValuesCommand.Create(environment));
        root.Subcommands.Add(NodeAgentCommand.Create(environment));
        foreach (var command in PluginCommands.CreateAll(environment))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
