using NetProfile.Cilium;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class UpgradePathTests
{
    [Theory]
    [InlineData("1.19.6", "1.19.6", "")]
    [InlineData("1.19.1", "1.19.6", "1.19.6")]
    [InlineData("1.19.6", "1.19.2", "1.19.2")]
    [InlineData("1.18.12", "1.19.6", "1.19.6")]
    [InlineData("1.18.3", "1.19.6", "1.18.12 1.19.6")]
    [InlineData("1.15.19", "1.20.0", "1.16.19 1.17.18 1.18.12 1.19.6 1.20.0")]
    [InlineData("1.13.4", "1.15.6", "1.13.18 1.14.19 1.15.6")]
    [InlineData("1.19.0-pre.4", "1.20.0", "1.19.6 1.20.0")]
    [InlineData("1.19.9", "1.20.0", "1.20.0")]
    [InlineData("1.20.0", "1.19.6", "1.19.6")]
    public void The_way_goes_over_every_minor(string installed, string wanted, string hops)
    {
        var path = UpgradePath.Between(CiliumVersion.Parse(installed), CiliumVersion.Parse(wanted));

        Assert.False(path.IsRefused);
        Assert.Equal(hops, string.Join(' ', path.Hops.Select(h => h.To)));
    }

    [Fact]
    public void No_hop_is_ever_two_minors_and_each_begins_where_the_last_ended()
    {
        foreach (var from in CiliumFacts.LatestPatches)
        {
            foreach (var to in CiliumFacts.LatestPatches.Where(v => v > from))
            {
                var at = from;
                foreach (var hop in UpgradePath.Between(from, to).Hops)
                {
                    Assert.Equal(at, hop.From);
                    Assert.InRange(hop.To.Minor - hop.From.Minor, 0, 1);
                    Assert.Equal(hop.ChangesMinor, hop.Notes.Count > 0);
                    at = hop.To;
                }

                Assert.Equal(to, at);
            }
        }
    }

    [Theory]
    [InlineData("1.20.0", "1.18.12", "1.19")]
    [InlineData("1.12.4", "1.13.18", "1.13 to 1.20")]
    [InlineData("1.20.0", "1.21.0", "1.13 to 1.20")]
    public void What_the_rules_forbid_is_refused_with_what_is_allowed(string installed, string wanted, string hint)
    {
        var path = UpgradePath.Between(CiliumVersion.Parse(installed), CiliumVersion.Parse(wanted));

        Assert.Contains(hint, path.Refusal, StringComparison.Ordinal);
        Assert.Empty(path.Hops);
    }
}
