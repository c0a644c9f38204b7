using NetProfile.Commands.Input;

namespace NetProfile.Commands.Validation;

internal static class ProblemExtensions
{
    public static Problem Error(this InputDocument document, string field, string? value, string reason, string message) =>
        document.Problem(ProblemSeverity.Error, field, value, reason, message);

    public static Problem Warning(this InputDocument document, string field, string? value, string reason, string message) =>
        document.Problem(ProblemSeverity.Warning, field, value, reason, message);

    private static Problem Problem(this InputDocument document, ProblemSeverity severity, string field, string? value, string reason, string message) => new()
    {
        Severity = severity,
        File = document.File,
        Line = document.LineOf(field),
        Profile = document.Name,
        Field = field,
        Value = value ?? "",
        Reason = reason,
        Message = message,
    };
}
