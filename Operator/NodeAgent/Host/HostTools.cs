using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Processes;

namespace NetProfile.NodeAgent.Host;

/// <summary>Runs the field's tools and turns what goes wrong into one sentence.</summary>
public sealed class HostTools(IProcessRunner runner)
{
    /// <summary>A node with tens of thousands of rules; half of a dump would be worse than none.</summary>
    private const int OutputLimit = 128 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly IReadOnlyDictionary<string, string?> Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" };

    /// <returns>null when the tool isn't installed.</returns>
    public async Task<ProcessResult?> TryRunAsync(string tool, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        try
        {
            var result = await runner.RunAsync(
                new ProcessSpec
                {
                    FileName = tool,
                    Arguments = arguments,
                    StandardInput = input is null ? default : Encoding.UTF8.GetBytes(input),
                    Environment = Environment,
                    Timeout = Timeout,
                    OutputLimit = OutputLimit,
                },
                cancellationToken);
            return result.OutputTruncated ? throw new HostException($"{tool} printed more than {OutputLimit / 1024 / 1024} MB") : result;
        }
        catch (ExecutableNotFoundException)
        {
            return null;
        }
        catch (TimeoutException exception)
        {
            throw new HostException($"{tool} didn't end within {Timeout.TotalSeconds:0} seconds", exception);
        }
    }

    public async Task<string> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? input = null)
    {
        var result = await TryRunAsync(tool, arguments, input, cancellationToken) ?? throw new HostException($"{tool} isn't installed");
        return result.ExitCode == 0 ? result.StandardOutput : throw Failed(tool, arguments, result);
    }

    public async Task<JsonArray> JsonAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var output = await RunAsync(tool, arguments, cancellationToken);
        return Parse(tool, output) as JsonArray ?? [];
    }

    /// <summary>null for no output at all.</summary>
    public static JsonNode? Parse(string tool, string output)
    {
        try
        {
            return string.IsNullOrWhiteSpace(output) ? null : JsonNode.Parse(output);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new HostException($"what {tool} printed is no JSON: {exception.Message}", exception);
        }
    }

    public static HostException Failed(string tool, IReadOnlyList<string> arguments, ProcessResult result)
    {
        var text = string.IsNullOrWhiteSpace(result.StandardError) ? result.StandardOutput : result.StandardError;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("# Warning", StringComparison.Ordinal) && !line.StartsWith("Try `", StringComparison.Ordinal));
        var said = string.Join("; ", lines.Take(3));
        var command = string.Join(' ', arguments);
        return new HostException($"{tool} {(command.Length > 200 ? command[..200] + "…" : command)} ended with {result.ExitCode}: {(said.Length > 400 ? said[..400] + "…" : said)}");
    }
}
