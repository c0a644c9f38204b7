using System.CommandLine;
using System.Text.Json;
using NetProfile.Commands.Input;
using NetProfile.Commands.Validation;

namespace NetProfile.Commands;

/// <summary>`netprofile validate`: all that is wrong with the NetworkProfiles in some files, without a cluster. For GitOps pipelines.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var files = InputFiles.Option();
        var recursive = InputFiles.Recursive();
        var output = OutputOption.Create("text", "json");
        var command = new Command("validate", "Say all that is wrong with the NetworkProfiles in files, without a cluster. Exits 1 if anything is an error, 0 with warnings only.")
        {
            files, recursive, output,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var inputs = await InputFiles.ReadAsync(result.GetRequiredValue(files), result.GetValue(recursive), environment, cancellationToken);
            var report = ValidationReport.Of(inputs);
            await WriteAsync(report, result.GetValue(output), environment);
            return report.Valid ? ExitCode.Success : ExitCode.No;
        });
        return command;
    }

    private static async Task WriteAsync(ValidationReport report, string? format, CommandEnvironment environment)
    {
        if (format == "json")
        {
            await environment.Output.WriteLineAsync(JsonSerializer.Serialize(report, CommandsJsonContext.Readable.ValidationReport));
            return;
        }

        foreach (var problem in report.Problems)
        {
            await environment.Output.WriteLineAsync(problem.ToString());
        }

        var errors = report.Problems.Count(p => p.Severity == ProblemSeverity.Error);
        var warnings = report.Problems.Count(p => p.Severity == ProblemSeverity.Warning);
        await environment.Output.WriteLineAsync($"{Count(report.Profiles, "NetworkProfile")}: {Count(errors, "error")}, {Count(warnings, "warning")}");
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : FormattableString.Invariant($"{number} {noun}s");
}
