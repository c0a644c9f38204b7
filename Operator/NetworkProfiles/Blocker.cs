using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// Why nothing is done. <see cref="Condition"/> is the type of the condition that is False because of it, <see cref="Message"/>
/// names the field or object, the value, and what to do.
/// </summary>
/// <param name="NeedsPerson">Only a person's change ends it: Stalled is reported. Otherwise time alone may.</param>
public sealed record Blocker(string Condition, string Reason, string Message, bool NeedsPerson)
{
    /// <summary>What was found, more exactly than the condition's reason; null where that says it.</summary>
    public string? Finding { get; init; }

    /// <summary>For machines.</summary>
    public string Word => Finding ?? Reason;

    public static Blocker NotAccepted(string reason, string message) => new(NetworkProfileConditions.Accepted.Type, reason, message, NeedsPerson: true);

    public static Blocker Preflight(string reason, string message) => new(NetworkProfileConditions.PreflightPassed.Type, reason, message, NeedsPerson: true);

    public static Blocker Release(string reason, string message, bool needsPerson = true) => new(NetworkProfileConditions.HelmReleased.Type, reason, message, needsPerson);
}
