using NetProfile.Cilium;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class CiliumVersionTests
{
    [Theory]
    [InlineData("1.19.6", "1.19.6")]
    [InlineData("v1.19.6", "1.19.6")]
    [InlineData("1.19.0-pre.4", "1.19.0-pre.4")]
    [InlineData("1.20.0-rc.1", "1.20.0-rc.1")]
    [InlineData("1.19.6+build.7", "1.19.6")]
    public void Versions_and_pre_releases_parse(string text, string expected)
    {
        Assert.True(CiliumVersion.TryParse(text, out var version));
        Assert.Equal(expected, version.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.19")]
    [InlineData("latest")]
    [InlineData("1.19.x")]
    [InlineData("1.19.6 ")]
    [InlineData("1.99999999999.0")]
    public void What_is_no_version_of_three_numbers_does_not_parse(string? text) => Assert.False(CiliumVersion.TryParse(text, out _));

    [Fact]
    public void Versions_order_as_semantic_versioning_says()
    {
        string[] ordered = ["1.9.9", "1.13.4", "1.13.18", "1.19.0-pre.2", "1.19.0-pre.10", "1.19.0-rc.0", "1.19.0-rc.0.1", "1.19.0", "1.19.6", "1.20.0"];

        Assert.Equal(ordered, ordered.Reverse().Select(CiliumVersion.Parse).Order().Select(v => v.ToString()));
        Assert.True(CiliumVersion.Parse("1.19.0-rc.0") < CiliumVersion.Parse("1.19.0"));
        Assert.Equal(0, CiliumVersion.Parse("1.19.0").CompareTo(CiliumVersion.Parse("v1.19.0")));
    }
}
