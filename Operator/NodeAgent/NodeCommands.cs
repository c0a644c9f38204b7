using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Processes;

namespace NetProfile.NodeAgent;

/// <summary>
/// <c>netprofile node inspect|clean|audit|backup|restore</c>: by hand on a node what the agent does by plan, with the same code.
/// Exit codes: 0 done, or clean; 1 something was left, refused or couldn't be put back; 2 the node couldn't be read (not root, a tool
/// is missing), or a wrong option.
/// </summary>
internal static class NodeCommands
{
    private const string ExitCodes = " Exits 0 when it is done or clean, 1 when something is left or refused, 2 when the node can't be read.";

    public static Command Create(CommandEnvironment environment) =>
        AddTo(new Command("node", "Work on the node that this runs on, as root." + ExitCodes), environment);

    /// <summary>Adds the verbs to a <c>node</c> command that has a meaning of its own.</summary>
    public static Command AddTo(Command node, CommandEnvironment environment, Func<string, IHostFacade>? host = null)
    {
        host ??= root => new HostFacade(new ProcessRunner(environment.Clock), root, environment.Clock);
        node.Subcommands.Add(Inspect(environment, host));
        node.Subcommands.Add(Clean(environment, host));
        node.Subcommands.Add(Audit(environment, host));
        node.Subcommands.Add(Backup(environment, host));
        node.Subcommands.Add(Restore(environment, host));
        return node;
    }

    private static Command Inspect(CommandEnvironment environment, Func<string, IHostFacade> host)
    {
        var options = new NodeOptions();
        var endpoints = new Option<string[]>("--api-server") { Description = "An API server (host:port) to be reached from here; may be repeated." };
        var peers = new Option<string[]>("--peer") { Description = "Another node's address, to be asked for on this L2 network; may be repeated." };
        var command = options.Command("inspect", "Show what the node is like and what an earlier network has left on it. Exits 0 whatever it finds.");
        command.Options.Add(endpoints);
        command.Options.Add(peers);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var facade = options.Host(parsed, host);
            var request = new InspectionRequest
            {
                ApiServerEndpoints = parsed.GetValue(endpoints) ?? [],
                Peers = [.. (parsed.GetValue(peers) ?? []).Select(peer => new PeerRequest { Node = peer, Addresses = [peer] })],
            };
            var facts = await new NodeInspector(facade, new EndpointProbe(environment.Clock), environment.Clock).InspectAsync(request, new NodeView(facade), cancellationToken);
            var audit = await options.AuditAsync(parsed, facade, environment, cancellationToken);
            await NodeOutput.WriteAsync(new NodeNetworkStatus { Facts = facts, Audit = audit.State, Residues = audit.Residues }, audit.Because, options.Format(parsed), environment);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Clean(CommandEnvironment environment, Func<string, IHostFacade> host)
    {
        var options = new NodeOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be removed, and change nothing." };
        var noBackup = new Option<bool>("--no-backup") { Description = "Don't keep what is removed." };
        var evenIfInUse = new Option<bool>("--even-if-in-use") { Description = "Also take away what living pods use. Cuts them off." };
        var command = options.Command("clean", "Take the earlier network off the node, after a backup, and audit." + ExitCodes);
        command.Options.Add(dryRun);
        command.Options.Add(noBackup);
        command.Options.Add(evenIfInUse);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var facade = options.Host(parsed, host);
            var plan = CleaningPlan.For(options.Request(parsed) with
            {
                DryRun = parsed.GetValue(dryRun),
                Backup = !parsed.GetValue(noBackup),
                EvenIfInUse = parsed.GetValue(evenIfInUse),
            });
            var store = NodeOptions.Store(facade, environment);
            var outcome = await new NodePlanRunner(facade, TraceCatalogue.All, store, environment.Clock).RunAsync(plan, null, cancellationToken);
            var status = new NodeNetworkStatus { PlanId = plan.PlanId, Results = outcome.Results, Backup = outcome.Backup };
            if (plan.DryRun == true)
            {
                await NodeOutput.WriteAsync(status, "dry run: nothing was changed", options.Format(parsed), environment);
                return outcome.Results.Any(result => result.State is NodeTaskState.Blocked or NodeTaskState.Failed) ? ExitCode.No : ExitCode.Success;
            }

            var audit = await options.AuditAsync(parsed, facade, environment, cancellationToken);
            await NodeOutput.WriteAsync(status with { Audit = audit.State, Residues = audit.Residues }, audit.Because, options.Format(parsed), environment);
            return outcome.Succeeded && audit.State != AuditState.Dirty ? ExitCode.Success : ExitCode.No;
        });
        return command;
    }

    private static Command Audit(CommandEnvironment environment, Func<string, IHostFacade> host)
    {
        var options = new NodeOptions();
        var command = options.Command("audit", "Judge whether anything of the earlier network is left, from what is there and nothing else. Reads only." + ExitCodes);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var audit = await options.AuditAsync(parsed, options.Host(parsed, host), environment, cancellationToken);
            await NodeOutput.WriteAsync(new NodeNetworkStatus { Audit = audit.State, Residues = audit.Residues }, audit.Because, options.Format(parsed), environment);
            return audit.State == AuditState.Dirty ? ExitCode.No : ExitCode.Success;
        });
        return command;
    }

    private static Command Backup(CommandEnvironment environment, Func<string, IHostFacade> host)
    {
        var options = new NodeOptions();
        var command = options.Command("backup", $"Keep what a cleaning would remove, in {BackupStore.Root}, and remove nothing." + ExitCodes);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var facade = options.Host(parsed, host);
            var store = NodeOptions.Store(facade, environment);
            var backup = await new NodePlanRunner(facade, TraceCatalogue.All, store, environment.Clock).BackUpAsync(CleaningPlan.For(options.Request(parsed)), cancellationToken);
            await NodeOutput.WriteAsync(new NodeNetworkStatus { Backup = backup }, backup is null ? "there is nothing to keep" : "kept", options.Format(parsed), environment);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Restore(CommandEnvironment environment, Func<string, IHostFacade> host)
    {
        var options = new NodeOptions();
        var name = new Argument<string?>("BACKUP") { Description = "The backup's name. Default: the last one.", Arity = ArgumentArity.ZeroOrOne };
        var command = options.Command("restore", "Put back what a backup lists; what is there already is left alone." + ExitCodes);
        command.Arguments.Add(name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var facade = options.Host(parsed, host);
            var store = NodeOptions.Store(facade, environment);
            var manifest = store.Find(parsed.GetValue(name)) ?? throw new CommandException($"there is no such backup in {BackupStore.Root}: {string.Join(", ", store.List().Select(m => m.Name)) switch { "" => "it is empty", var names => "there are " + names }}");
            var results = await new BackupRestorer(facade, store).RestoreAsync(manifest, cancellationToken);
            await NodeOutput.WriteAsync(new NodeNetworkStatus { Results = [.. results.Select(Result)] }, $"backup {manifest.Name}", options.Format(parsed), environment);
            return results.Any(result => result.State == RestoreState.NotRestored) ? ExitCode.No : ExitCode.Success;
        });
        return command;
    }

    private static NodeTaskResult Result(RestoreResult result) => new()
    {
        Id = result.What,
        State = result.State switch { RestoreState.Restored => NodeTaskState.Done, RestoreState.AlreadyThere => NodeTaskState.NotNeeded, _ => NodeTaskState.Failed },
        Message = result.State switch { RestoreState.AlreadyThere => "there already", _ => result.Message },
    };
}
