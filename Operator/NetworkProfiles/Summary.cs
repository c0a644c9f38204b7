namespace NetProfile.NetworkProfiles;

/// <summary>Several findings as one message that stays readable and inside the API's limit of 32,768 characters.</summary>
internal static class Summary
{
    private const int LongestMessage = 4096;

    public static string Of(IEnumerable<string> messages, int most = 20)
    {
        var all = messages.Distinct(StringComparer.Ordinal).ToList();
        var text = string.Join("; ", all.Take(most));
        if (all.Count > most)
        {
            text += $"; and {all.Count - most} more";
        }

        return text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage - 1), "…");
    }
}
