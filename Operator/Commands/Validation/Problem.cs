using System.Text.Json.Serialization;

namespace NetProfile.Commands.Validation;

[JsonConverter(typeof(JsonStringEnumConverter<ProblemSeverity>))]
internal enum ProblemSeverity
{
    Note,
    Warning,
    Error,
}

/// <summary>One thing that `netprofile validate` has to say, and where.</summary>
internal sealed record Problem
{
    public required ProblemSeverity Severity { get; init; }

    public required string File { get; init; }

    public int? Line { get; init; }

    /// <summary>The NetworkProfile's name.</summary>
    public string? Profile { get; init; }

    public string Field { get; init; } = "";

    /// <summary>What stands there, shortened.</summary>
    public string Value { get; init; } = "";

    /// <summary>A CamelCase word for machines.</summary>
    public required string Reason { get; init; }

    public required string Message { get; init; }

    /// <summary>As compilers write it, so that editors find the place.</summary>
    public override string ToString()
    {
        var place = Line is { } line ? FormattableString.Invariant($"{File}:{line}") : File;
        var subject = (Field, Value) switch
        {
            ("", _) => "",
            (_, "") => $"{Field}: ",
            _ => $"{Field}: {Value}: ",
        };
        return $"{place}: {Severity.ToString().ToLowerInvariant()}: {subject}{Message}";
    }
}
