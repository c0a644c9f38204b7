using System.CommandLine;

namespace NetProfile.Commands.Input;

/// <summary>A text and what it is called in messages.</summary>
internal sealed record InputText(string Name, string Text);

/// <summary>What <c>-f</c> names: files, folders (of their YAML and JSON files), and <c>-</c> for standard input.</summary>
internal static class InputFiles
{
    private static readonly string[] s_extensions = [".yaml", ".yml", ".json"];

    public static Option<string[]> Option(bool required = true)
    {
        var option = Several("--filename", "-f");
        option.Description = "A file, a folder of .yaml, .yml and .json files, or - for standard input. Can be given several times.";
        option.Required = required;
        return option;
    }

    /// <summary>An option that takes all files that a shell makes of a pattern, but no further option for a file.</summary>
    public static Option<string[]> Several(string name, params string[] aliases)
    {
        var option = new Option<string[]>(name, aliases) { HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.Length > 1 && token.Value.StartsWith('-')))
            {
                result.AddError($"Unrecognized option '{token.Value}'; a file of that name is ./{token.Value}.");
            }
        });
        return option;
    }

    public static Option<bool> Recursive() => new("--recursive", "-R") { Description = "Go into the folders of a folder, too." };

    public static async Task<IReadOnlyList<InputText>> ReadAsync(IEnumerable<string> names, bool recursive, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var texts = new List<InputText>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (name == "-")
            {
                texts.Add(new InputText("stdin", await environment.Input.ReadToEndAsync(cancellationToken)));
                continue;
            }

            foreach (var path in Expand(name, recursive))
            {
                texts.Add(new InputText(path, await ReadFileAsync(path, cancellationToken)));
            }
        }

        return texts;
    }

    private static List<string> Expand(string name, bool recursive)
    {
        if (!Directory.Exists(name))
        {
            return File.Exists(name) ? [name] : throw new CommandException($"{name}: no such file or folder");
        }

        var found = Directory.EnumerateFiles(name, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Where(path => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        return found.Count > 0 ? found : throw new CommandException($"{name}: no .yaml, .yml or .json file in this folder{(recursive ? "" : "; --recursive goes into its folders, too")}");
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: {e.Message}", inner: e);
        }
    }
}
