using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Tables;

/// <summary>One column of <c>kubectl get</c>.</summary>
internal sealed record TableColumn(string Name, string Type, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, string Description = "", string Format = "", int Priority = 0)
{
    public static readonly TableColumn NameColumn = new("Name", "string", (value, _) => JsonValue.Create(value.Name()), "Name must be unique within a namespace.", "name");

    public static readonly TableColumn Age = new("Age", "string", (value, now) => JsonValue.Create(AgeOf(value.Str("metadata", "creationTimestamp"), now)), "CreationTimestamp is a timestamp representing the server time when this object was created.");

    public JsonObject Definition() => new()
    {
        ["name"] = Name,
        ["type"] = Type,
        ["format"] = Format,
        ["description"] = Description,
        ["priority"] = Priority,
    };

    public static TableColumn Text(string name, Func<JsonObject, string?> read, bool wide = false) =>
        new(name, "string", (value, _) => JsonValue.Create(read(value) is { Length: > 0 } text ? text : "<none>"), Priority: wide ? 1 : 0);

    public static TableColumn Number(string name, Func<JsonObject, long?> read) =>
        new(name, "integer", (value, _) => JsonValue.Create(read(value) ?? 0));

    /// <summary>duration.HumanDuration of the time that has passed.</summary>
    public static string AgeOf(string? timestamp, DateTimeOffset now)
    {
        if (timestamp is null || !DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return "<unknown>";
        }

        var span = now - at;
        var seconds = (long)span.TotalSeconds;
        if (seconds < -1)
        {
            return "<invalid>";
        }

        if (seconds < 0)
        {
            return "0s";
        }

        var minutes = seconds / 60;
        var hours = minutes / 60;
        var days = hours / 24;
        return seconds switch
        {
            < 120 => $"{seconds}s",
            < 600 => seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s",
            < 10800 => $"{minutes}m",
            < 28800 => minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m",
            < 172800 => $"{hours}h",
            < 691200 => hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h",
            < 63072000 => $"{days}d",
            _ => (days % 365) == 0 || days >= 2920 ? $"{days / 365}y" : $"{days / 365}y{days % 365}d",
        };
    }
}
