using System.CommandLine;

namespace NetProfile.Commands;

/// <summary>The option <c>-o</c>; the first format is the default.</summary>
internal static class OutputOption
{
    public static Option<string> Create(params string[] formats)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "The output's format.",
            DefaultValueFactory = _ => formats[0],
        };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }
}
