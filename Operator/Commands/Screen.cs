using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Commands;

/// <summary>
/// The only way from a view to the user's eyes. Colours and line breaks are decided here: what goes into a pipe has no escape
/// codes, isn't wrapped, and no line ends in spaces.
/// </summary>
internal static class Screen
{
    /// <summary>Wider than any line, and still far from where adding widths overflows.</summary>
    private const int Unwrapped = 1 << 20;

    public static string Text(IRenderable view, int width = Unwrapped, bool colors = false)
    {
        var writer = new StringWriter { NewLine = "\n" };
        Console(writer, width, colors).Write(view);
        var lines = writer.ToString().Split('\n').Select(line => line.TrimEnd());
        return string.Join('\n', lines).TrimEnd('\n') + "\n";
    }

    public static Task PrintAsync(this CommandEnvironment environment, IRenderable view) =>
        environment.Output.WriteAsync(Text(view, Math.Min(environment.Width, Unwrapped), environment.HasColors));

    /// <summary>For what is redrawn in place. Only for a terminal.</summary>
    public static IAnsiConsole Live(CommandEnvironment environment) => Console(environment.Output, environment.Width, environment.HasColors, ansi: true);

    private static IAnsiConsole Console(TextWriter writer, int width, bool colors, bool? ansi = null)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ?? colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = Math.Min(width, Unwrapped);
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
