using NetProfile.Crds.Generator;
using NetProfile.Crds;
using Xunit;

namespace NetProfile.Operator.Tests.Crds;

public sealed class GeneratedFilesTests
{
    [Fact]
    public void Generated_files_are_what_the_types_say()
    {
        var root = GeneratedFiles.FindRepository(AppContext.BaseDirectory);
        Assert.SkipUnless(root is not null, "not inside the repository");

        Assert.True(GeneratedFiles.Stale(root!) is [], $"stale: {string.Join(", ", GeneratedFiles.Stale(root!))}; run `make crds`");
    }

    [Fact]
    public void The_embedded_manifests_are_the_files()
    {
        var generated = GeneratedFiles.Generate();

        Assert.All(CrdManifests.All, manifest => Assert.Equal(generated["Crds/" + manifest.FileName], manifest.Yaml));
    }

    [Fact]
    public void Generating_twice_gives_the_same()
    {
        Assert.Equal(GeneratedFiles.Generate(), GeneratedFiles.Generate());
    }
}
