using Xunit;

namespace NetProfile.Operator.Tests.Architecture;

internal static class Report
{
    /// <summary>Fails with every line in full.</summary>
    public static void Nothing<T>(IEnumerable<T> found)
    {
        var lines = found.Select(line => line?.ToString()).ToList();
        Assert.True(lines.Count == 0, string.Join(Environment.NewLine, lines));
    }
}
