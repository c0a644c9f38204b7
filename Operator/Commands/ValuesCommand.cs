using System.CommandLine;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Commands.Input;
using NetProfile.Commands.Validation;
using NetProfile.Kubernetes.Client;
using NetProfile.Plugin;
using NetProfile.Serialization;

namespace NetProfile.Commands;

/// <summary>`netprofile values`: the Helm values that a NetworkProfile means, as YAML that helm takes by <c>-f -</c>. What is wrong goes to stderr.</summary>
internal static class ValuesCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("values", "Print the Helm values of a NetworkProfile as YAML: of the one in files, without a cluster, or else of the cluster's. Exits 1, and prints none, when the profile is refused.");
        var files = InputFiles.Option(required: false);
        var recursive = InputFiles.Recursive();
        var nodeCount = new Option<int?>("--node-count") { Description = "How many nodes the cluster has: one node gets one operator pod.", HelpName = "N" };
        var valuesFrom = InputFiles.Several("--values-from");
        valuesFrom.Description = "A file of Helm values that stands for a document of spec.cilium.valuesFrom; in their order.";
        var installed = new Option<string?>("--first-installed") { Description = "The Cilium minor that the release was first installed with, for upgradeCompatibility. Default: the wanted one.", HelpName = "1.N" };
        foreach (var option in new Option[] { files, recursive, nodeCount, valuesFrom, installed })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(files) is not { Length: > 0 } names)
            {
                return await PrintOfClusterAsync(cluster.Connect(result, environment), cluster.Name(result), environment, cancellationToken);
            }

            var inputs = await InputFiles.ReadAsync(names, result.GetValue(recursive), environment, cancellationToken);
            var documents = inputs.SelectMany(InputDocument.ReadAll).ToList();
            var standIns = await InputFiles.ReadAsync(result.GetValue(valuesFrom) ?? [], recursive: false, environment, cancellationToken);
            var context = new ValuesContext
            {
                NodeCount = result.GetValue(nodeCount),
                FirstInstalledMinor = result.GetValue(installed),
                ValuesFrom = [.. standIns.Select(ValuesDocuments.Parse)],
            };
            return await PrintAsync(ProfileFile.Only(documents), documents, context, environment);
        });
        return command;
    }

    private static async Task<int> PrintAsync(InputDocument profile, IReadOnlyList<InputDocument> documents, ValuesContext context, CommandEnvironment environment)
    {
        var (values, problems) = ProfileValidator.Review(profile, documents, context);
        foreach (var problem in problems.OrderBy(p => p.Line ?? 0))
        {
            await environment.Error.WriteLineAsync(problem.ToString());
        }

        if (values is null || problems.Any(p => p.Severity == ProblemSeverity.Error))
        {
            return ExitCode.No;
        }

        await environment.Output.WriteAsync(YamlWriter.Write(values));
        return ExitCode.Success;
    }

    private static async Task<int> PrintOfClusterAsync(IKubernetesClient client, string? name, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var profile = await ProfileReader.FindAsync(client, name, cancellationToken);
        var review = await ClusterValues.ReviewAsync(client, profile, environment, cancellationToken);
        foreach (var finding in review.Findings)
        {
            await environment.Error.WriteLineAsync($"{(finding.Severity == FindingSeverity.Error ? "error" : "warning")}: {finding}");
        }

        if (!review.Accepted || review.Values is null)
        {
            return ExitCode.No;
        }

        await environment.Output.WriteAsync(YamlWriter.Write(review.Values));
        return ExitCode.Success;
    }
}
