using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NetProfile.Crds;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.Schema.Validation;
using Xunit;

namespace NetProfile.Operator.Tests.Crds;

/// <summary>The schema, the C# types and the defaults agree on what a spec is, for any spec.</summary>
public sealed class SchemaAgreementTests
{
    private static readonly CrdSchema Schema = CrdSchema.Parse(CrdTree.Schema(CrdTree.NetworkProfile));

    private static readonly CrdSchema NodeSchema = CrdSchema.Parse(CrdTree.Schema(CrdTree.NodeNetwork));

    [Fact]
    public void A_spec_that_the_schema_accepts_is_read_and_resolved()
    {
        var accepted = 0;
        Check.One(Quick(1000), Prop.ForAll(Seeds(), seed =>
        {
            var profile = Profile(seed, percentWrong: 0);
            if (Schema.Validate(profile, null).Count > 0)
            {
                return true;
            }

            Interlocked.Increment(ref accepted);
            var read = profile.Deserialize(CrdsJsonContext.Default.V1Alpha1NetworkProfile)!;
            var effective = NetworkProfileDefaults.Resolve(read.Spec);
            return effective.Cilium.Version.Length > 0 && effective.Rollout.MaxUnavailable.Scale(100, roundUp: true) > 0;
        }));

        Assert.True(accepted > 20, $"only {accepted} random specs were valid: the generator has become too wild");
    }

    [Fact]
    public void Whatever_is_sent_is_answered_and_never_breaks_the_validation()
    {
        Check.One(Quick(1000), Prop.ForAll(Seeds(), seed =>
        {
            var profile = Profile(seed, percentWrong: seed % 30);
            var old = Profile(seed + 1, percentWrong: 0);
            return Schema.Validate(profile, old).All(error => error.Message.Length > 0 && error.Field.Length > 0);
        }));
    }

    [Fact]
    public void Pruning_and_defaulting_a_second_time_changes_nothing()
    {
        Check.One(Quick(300), Prop.ForAll(Seeds(), seed =>
        {
            var once = Profile(seed, percentWrong: seed % 30);
            var twice = once.DeepClone().AsObject();
            Schema.Prune(twice);
            Schema.Default(twice);
            return JsonNode.DeepEquals(once, twice);
        }));
    }

    [Fact]
    public void A_status_of_a_node_that_the_schema_accepts_is_read()
    {
        Check.One(Quick(300), Prop.ForAll(Seeds(), seed =>
        {
            var status = new RandomSpecs(seed, 0).Value(CrdTree.Schema(CrdTree.NodeNetwork)["properties"]!["status"]!.AsObject());
            var node = new JsonObject { ["apiVersion"] = "netprofile.io/v1alpha1", ["kind"] = "NodeNetwork", ["metadata"] = new JsonObject { ["name"] = "n" }, ["status"] = status };
            return NodeSchema.Validate(node, null).Count > 0 || node.Deserialize(CrdsJsonContext.Default.V1Alpha1NodeNetwork) is not null;
        }));
    }

    private static Config Quick(int cases) => Config.QuickThrowOnFailure.WithMaxTest(cases);

    private static Arbitrary<int> Seeds() => Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    private static JsonObject Profile(int seed, int percentWrong)
    {
        var profile = new JsonObject
        {
            ["apiVersion"] = "netprofile.io/v1alpha1",
            ["kind"] = "NetworkProfile",
            ["metadata"] = new JsonObject { ["name"] = "cluster" },
            ["spec"] = new RandomSpecs(seed, percentWrong).Value(CrdTree.Schema(CrdTree.NetworkProfile)["properties"]!["spec"]!.AsObject()),
        };
        Schema.Prune(profile);
        Schema.Default(profile);
        return profile;
    }
}
