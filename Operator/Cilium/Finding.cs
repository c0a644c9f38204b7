using System.Text.Json.Serialization;

namespace NetProfile.Cilium;

[JsonConverter(typeof(JsonStringEnumConverter<FindingSeverity>))]
public enum FindingSeverity
{
    /// <summary>Deserves a look; nothing is held back.</summary>
    Warning,

    /// <summary>The profile is refused and the release left as it is.</summary>
    Error,
}

/// <summary>One thing that is wrong with a profile. All that is wrong is found at once, never one thing per try.</summary>
/// <param name="Severity">Whether the profile is refused for it.</param>
/// <param name="Field">Where: a path below the profile such as <c>spec.bigTCP.ipv4</c>, or <c>spec.cilium.values</c> and the key.</param>
/// <param name="Value">What stands there, shortened; empty when nothing does.</param>
/// <param name="Reason">A CamelCase word for machines, one of <see cref="FindingReasons"/>.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
public sealed record Finding(FindingSeverity Severity, string Field, string Value, string Reason, string Message)
{
    public static Finding Error(string field, object? value, string reason, string message) =>
        new(FindingSeverity.Error, field, Show(value), reason, message);

    public static Finding Warning(string field, object? value, string reason, string message) =>
        new(FindingSeverity.Warning, field, Show(value), reason, message);

    public override string ToString() => Value.Length == 0 ? $"{Field}: {Message}" : $"{Field}: {Value}: {Message}";

    private static string Show(object? value)
    {
        var text = value switch
        {
            null => "",
            bool b => b ? "true" : "false",
            System.Text.Json.Nodes.JsonNode node => node.ToJsonString(),
            IEnumerable<string> list => string.Join(", ", list),
            IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= 80 ? text : text[..77] + "...";
    }
}

/// <summary>The reasons that a <see cref="Finding"/> can have.</summary>
public static class FindingReasons
{
    /// <summary>The Cilium version is missing, not a version, or outside the supported range.</summary>
    public const string UnsupportedVersion = "UnsupportedVersion";

    /// <summary>The Cilium version is known to be broken.</summary>
    public const string KnownBadVersion = "KnownBadVersion";

    /// <summary>The Cilium version can't do what is asked; another one can.</summary>
    public const string NotInThisVersion = "NotInThisVersion";

    /// <summary>Two fields of the spec exclude each other, or one lacks the other that it needs.</summary>
    public const string Contradiction = "Contradiction";

    /// <summary>Something that can't be left out is missing.</summary>
    public const string Missing = "Missing";

    /// <summary>Not of the form that it has to have.</summary>
    public const string Malformed = "Malformed";

    /// <summary>Address ranges that must be disjoint aren't, or one doesn't cover what it has to.</summary>
    public const string AddressRange = "AddressRange";

    /// <summary>The agents would not start with this, although the chart accepts it.</summary>
    public const string AgentFatal = "AgentFatal";

    /// <summary>The agents would quietly do something else.</summary>
    public const string NotEffective = "NotEffective";

    /// <summary>A raw value sets what a typed field decides.</summary>
    public const string OwnedByField = "OwnedByField";

    /// <summary>A raw value that no chart of this minor knows.</summary>
    public const string UnknownKey = "UnknownKey";

    /// <summary>A raw value that the chart knew once and fails on or ignores now.</summary>
    public const string RemovedKey = "RemovedKey";

    /// <summary>A raw value of the wrong type.</summary>
    public const string MistypedKey = "MistypedKey";

    /// <summary>A raw value that the chart would take and render as something else.</summary>
    public const string BadValue = "BadValue";

    /// <summary>A document of values that can't be read.</summary>
    public const string UnreadableValues = "UnreadableValues";
}
