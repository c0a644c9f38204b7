using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>What every view is built of, so that they all look alike.</summary>
internal static class Parts
{
    public const string Good = "green";
    public const string Bad = "red";
    public const string Careful = "yellow";
    public const string Quiet = "grey";
    public const string Loud = "bold";

    public static Text Plain(string? text) => new(text ?? "");

    public static Text Colored(string? text, string color) => new(text ?? "", Style.Parse(color));

    /// <summary>Columns with headings and nothing drawn around them, as kubectl has them.</summary>
    public static Table Columns(params string[] headings)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(Colored(heading, Quiet)) { Padding = new Padding(0, 0, 3, 0), NoWrap = heading != headings[^1] });
        }

        return table;
    }

    /// <summary>A heading with something indented below it.</summary>
    public static IRenderable Section(string heading, params IEnumerable<IRenderable> content) =>
        new Rows([Colored(heading, Loud), .. content.Select(part => new Padder(part, new Padding(2, 0, 0, 0))), Text.Empty]);

    /// <summary>Names on the left, values on the right.</summary>
    public static Grid Pairs(params IEnumerable<(string Name, IRenderable Value)> pairs)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 3, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (name, value) in pairs)
        {
            grid.AddRow(Colored(name, Quiet), value);
        }

        return grid;
    }

    /// <summary>██████░░░░ 6/10</summary>
    public static IRenderable Bar(int done, int total)
    {
        const int Width = 20;
        var filled = total == 0 ? Width : (int)((long)Width * Math.Clamp(done, 0, total) / total);
        var color = done >= total ? Good : Careful;
        return new Columns(Colored(new string('█', filled) + new string('░', Width - filled), color), Plain(string.Create(CultureInfo.InvariantCulture, $"{done}/{total}")))
        {
            Expand = false,
            Padding = new Padding(0, 0, 1, 0),
        };
    }
}
