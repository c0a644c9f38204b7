using System.CommandLine;
using NetProfile.Commands;
using NetProfile.NodeAgent;

namespace NetProfile.Plugin;

/// <summary>All verbs that talk to a cluster as a person's tool.</summary>
internal static class PluginCommands
{
    public static IEnumerable<Command> CreateAll(CommandEnvironment environment) =>
    [
        StatusCommand.Create(environment),
        NodesCommand.Create(environment),
        NodeCommands.AddTo(NodeCommand.Create(environment), environment),
        PlanCommand.Create(environment),
        PreflightCommand.Create(environment),
        ApproveCommand.Create(environment),
        .. ActionCommand.CreateAll(environment),
        SuspendCommand.Create(environment),
        SuspendCommand.CreateResume(environment),
        HistoryCommand.Create(environment),
        BugReportCommand.Create(environment),
        CompletionCommand.Create(environment),
    ];
}
