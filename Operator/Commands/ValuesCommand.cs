using System.CommandLine;
using NetProfile.Cilium.Values;
using NetProfile.Commands.Input;
using NetProfile.Commands.Validation;
using NetProfile.Serialization;

namespace NetProfile.Commands;

/// <summary>`netprofile values`: the Helm values that a NetworkProfile means, as YAML that helm takes by <c>-f -</c>. What is wrong goes to stderr.</summary>
internal static class ValuesCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var files = InputFiles.Option();
        var recursive = InputFiles.Recursive();
        var nodeCount = new Option<int?>("--node-count") { Description = "How many nodes the cluster has: one node gets one operator pod.", HelpName = "N" };
        var valuesFrom = InputFiles.Several("--values-from");
        valuesFrom.Description = "A file of Helm values that stands for a document of spec.cilium.valuesFrom; in their order.";
        var installed = new Option<string?>("--first-installed") { Description = "The Cilium minor that the release was first installed with, for upgradeCompatibility. Default: the wanted one.", HelpName = "1.N" };
        var command = new Command("values", "Print the Helm values of the NetworkProfile in files as YAML. Exits 1, and prints none, when the profile is refused.")
        {
            files, recursive, nodeCount, valuesFrom, installed,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var inputs = await InputFiles.ReadAsync(result.GetRequiredValue(files), result.GetValue(recursive), environment, cancellationToken);
            var documents = inputs.SelectMany(InputDocument.ReadAll).ToList();
            var standIns = await InputFiles.ReadAsync(result.GetValue(valuesFrom) ?? [], recursive: false, environment, cancellationToken);
            var context = new ValuesContext
            {
                NodeCount = result.GetValue(nodeCount),
                FirstInstalledMinor = result.GetValue(installed),
                ValuesFrom = [.. standIns.Select(ValuesDocuments.Parse)],
            };
            return await PrintAsync(TheProfile(documents), documents, context, environment);
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

    private static InputDocument TheProfile(IReadOnlyList<InputDocument> documents)
    {
        var refused = documents.Select(DocumentSorter.WhyNot).OfType<Problem>().FirstOrDefault(p => p.Severity == ProblemSeverity.Error);
        var profiles = documents.Where(d => DocumentSorter.WhyNot(d) is null).ToList();
        return profiles switch
        {
            [var one] => one,
            [] => throw new CommandException(refused?.ToString() ?? "no NetworkProfile in the files", ExitCode.No),
            _ => throw new CommandException($"{profiles.Count} NetworkProfiles in the files ({string.Join(", ", profiles.Select(p => $"{p.Name} in {p.File}"))}); values are of one: name only its file", ExitCode.No),
        };
    }
}
