using NetProfile.Commands.Validation;

namespace NetProfile.Commands.Input;

/// <summary>The one NetworkProfile among some files, for verbs that are about one.</summary>
internal static class ProfileFile
{
    public static InputDocument Only(IReadOnlyList<InputDocument> documents)
    {
        var refused = documents.Select(DocumentSorter.WhyNot).OfType<Problem>().FirstOrDefault(p => p.Severity == ProblemSeverity.Error);
        var profiles = documents.Where(d => DocumentSorter.WhyNot(d) is null).ToList();
        return profiles switch
        {
            [var one] => one,
            [] => throw new CommandException(refused?.ToString() ?? "no NetworkProfile in the files", ExitCode.No),
            _ => throw new CommandException($"{profiles.Count} NetworkProfiles in the files ({string.Join(", ", profiles.Select(p => $"{p.Name} in {p.File}"))}), and this is about one; name only its file", ExitCode.No),
        };
    }
}
