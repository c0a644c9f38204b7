using NetProfile.Hosting.StatusPage;
using Xunit;

namespace NetProfile.Operator.Tests.Hosting;

public sealed class NaturalOrderTests
{
    [Theory]
    [InlineData("node2", "node10")]
    [InlineData("node", "node1")]
    [InlineData("ip-10-0-9-1.internal", "ip-10-0-10-1.internal")]
    [InlineData("a1", "b0")]
    [InlineData("1a", "a1")]
    [InlineData("x7a", "x7b")]
    [InlineData("n9", "n99999999999999999999999")]
    [InlineData("", "0")]
    public void The_first_comes_before_the_second(string first, string second)
    {
        Assert.True(NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Instance.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Instance.Compare(first, first));
    }

    [Fact]
    public void Names_that_differ_are_never_equal() => Assert.NotEqual(0, NaturalOrder.Instance.Compare("n07", "n7"));
}
