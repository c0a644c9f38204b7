namespace NetProfile.Operator.Tests.Support;

/// <summary>A file that holds what the code should make. With NETPROFILE_GOLDEN=write it is rewritten, and git's diff is the review.</summary>
public static class GoldenFile
{
    private static bool Writes => Environment.GetEnvironmentVariable("NETPROFILE_GOLDEN") == "write";

    public static void Check(string path, string actual)
    {
        if (Writes)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        Xunit.Assert.True(File.Exists(path), $"{path} is missing; NETPROFILE_GOLDEN=write makes it");
        Xunit.Assert.Equal(File.ReadAllText(path), actual);
    }
}
