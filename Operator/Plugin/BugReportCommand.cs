using System.CommandLine;
using System.Globalization;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Plugin.BugReports;

namespace NetProfile.Plugin;

/// <summary>`bugreport`: one archive with what somebody else needs to help.</summary>
internal static class BugReportCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("bugreport", "Write one archive with objects, events, agents' status and logs; without secrets.");
        var file = new Option<string?>("--output-filename") { Description = "The archive. Default: netprofile-bugreport-TIME.tar.gz in this folder.", HelpName = "FILE" };
        var logLines = new Option<int>("--log-lines") { Description = "Lines of each log.", DefaultValueFactory = _ => 2000 };
        var maxAgents = new Option<int>("--max-agents") { Description = "Agents that are asked for their status and logs, those in trouble first.", DefaultValueFactory = _ => 20 };
        command.Options.Add(file);
        command.Options.Add(logLines);
        command.Options.Add(maxAgents);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var profile = await TryFindAsync(client, cluster.Name(result), cancellationToken);
            var options = ReportOptions.For(profile, result.GetValue(logLines), result.GetValue(maxAgents));
            var name = $"netprofile-bugreport-{environment.Clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
            return await WriteAsync(client, options, result.GetValue(file) ?? $"{name}.tar.gz", name, environment, cancellationToken);
        });
        return command;
    }

    /// <summary>A report is wanted most where something is missing, be it the NetworkProfile or its CRD.</summary>
    private static async Task<V1Alpha1NetworkProfile?> TryFindAsync(IKubernetesClient client, string? name, CancellationToken cancellationToken)
    {
        try
        {
            return await ProfileReader.FindAsync(client, name, cancellationToken);
        }
        catch (CommandException) when (name is null)
        {
            return null;
        }
    }

    private static async Task<int> WriteAsync(IKubernetesClient client, ReportOptions options, string path, string root, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> troubles;
        try
        {
            await using var stream = new FileStream(path, FileMode.CreateNew);
            troubles = await BugReport.WriteAsync(client, options, stream, root, environment, cancellationToken);
        }
        catch (Exception e) when (e is not IOException || !File.Exists(path))
        {
            File.Delete(path);
            throw;
        }

        foreach (var trouble in troubles)
        {
            await environment.Error.WriteLineAsync($"warning: not collected: {trouble}");
        }

        await environment.Output.WriteLineAsync($"{path} ({new FileInfo(path).Length / 1024} KiB); look through it before you pass it on");
        return ExitCode.Success;
    }
}
