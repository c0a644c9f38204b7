using NetProfile.Cilium;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class CiliumValuesGoldenTests
{
    [Theory]
    [MemberData(nameof(ValuesCase.All), MemberType = typeof(ValuesCase))]
    public void A_profile_comes_to_these_values_and_findings(string name, string version)
    {
        var golden = new ValuesCase(name, CiliumVersion.Parse(version));

        var review = golden.Review();

        GoldenFile.Check(golden.FileOf("values.json"), ValuesCase.ToText(review.Values!));
        GoldenFile.Check(golden.FileOf("findings.txt"), string.Concat(review.Findings.Select(f => $"{f.Severity} {f.Reason} {f}\n")));
    }

    [Fact]
    public void The_same_profile_gives_the_same_text_every_time()
    {
        var golden = new ValuesCase("hubble-full", CiliumFacts.LatestPatches[^1]);

        Assert.Equal(golden.Review().Values!.ToJsonString(), golden.Review().Values!.ToJsonString());
    }
}
