using System.Globalization;

namespace NetProfile.Demo;

internal sealed record DemoOptions
{
    public bool Keep { get; init; }

    public int Nodes { get; init; } = 3;

    /// <summary>How pods move: Overlap, NodeByNode or Recreate.</summary>
    public string Strategy { get; init; } = "Overlap";

    /// <summary>How many times as fast as on a real cluster the nodes are.</summary>
    public double Speed { get; init; } = 2;

    public static DemoOptions Parse(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length && args[at + 1].Length > 0 ? args[at + 1] : null;
        var defaults = new DemoOptions();
        return new DemoOptions
        {
            Keep = args.Contains("--keep"),
            Nodes = int.Parse(Value("--nodes") ?? "3", CultureInfo.InvariantCulture),
            Strategy = Value("--strategy") ?? defaults.Strategy,
            Speed = double.Parse(Value("--speed") ?? defaults.Speed.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        };
    }
}
