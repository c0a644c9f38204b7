using NetProfile.Commands.Input;

namespace NetProfile.Commands.Validation;

/// <summary>Everything that is to be said of some inputs.</summary>
internal sealed record ValidationReport
{
    public bool Valid => Problems.All(p => p.Severity != ProblemSeverity.Error);

    /// <summary>The NetworkProfiles that were looked into.</summary>
    public required int Profiles { get; init; }

    public required IReadOnlyList<Problem> Problems { get; init; }

    public static ValidationReport Of(IEnumerable<InputText> inputs)
    {
        var problems = new List<Problem>();
        var profiles = new List<InputDocument>();
        var documents = inputs.SelectMany(InputDocument.ReadAll).ToList();
        foreach (var document in documents)
        {
            if (DocumentSorter.WhyNot(document) is { } reason)
            {
                problems.Add(reason);
            }
            else
            {
                profiles.Add(document);
                problems.AddRange(ProfileValidator.Validate(document, documents));
            }
        }

        problems.AddRange(SecondProfiles(profiles));
        return new ValidationReport { Profiles = profiles.Count, Problems = [.. problems.GroupBy(p => p.File).SelectMany(file => file.OrderBy(p => p.Line ?? 0))] };
    }

    /// <summary>Several in one file go to one cluster together; several files may be for several clusters.</summary>
    private static IEnumerable<Problem> SecondProfiles(IEnumerable<InputDocument> profiles) =>
        from file in profiles.GroupBy(p => p.File)
        where file.Select(p => p.Name).Distinct().Count() > 1
        from second in file.Skip(1)
        select new Problem
        {
            Severity = ProblemSeverity.Warning,
            File = second.File,
            Line = second.LineOf("metadata.name"),
            Profile = second.Name,
            Field = "metadata.name",
            Value = second.Name ?? "",
            Reason = "NotTheOldest",
            Message = $"the same file has {file.First().Name}: only the oldest NetworkProfile of a cluster is in force, the others are refused; keep one",
        };
}
