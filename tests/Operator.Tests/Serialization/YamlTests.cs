using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Serialization;

public sealed class YamlTests
{
    [Theory]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("a: 1.19", """{"a":1.19}""")]
    [InlineData("a: \"1.19\"", """{"a":"1.19"}""")]
    [InlineData("a: 1.19.6", """{"a":"1.19.6"}""")]
    [InlineData("a: 10.0.0.0/8", """{"a":"10.0.0.0/8"}""")]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 089", """{"a":89}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a:\n-", """{"a":[null]}""")]
    [InlineData("a: [x, 2]", """{"a":["x",2]}""")]
    [InlineData("base: &b {x: 1}\na:\n  <<: *b\n  y: 2", """{"base":{"x":1},"a":{"x":1,"y":2}}""")]
    public void A_text_means_what_it_means_to_helm(string yaml, string json) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), YamlReader.ReadObject(yaml)), YamlReader.ReadObject(yaml).ToJsonString());

    [Theory]
    [InlineData("a: 1\na: 2", "line 2")]
    [InlineData("a: [1", "line ")]
    [InlineData("a: [1\nb: 2", "not closed")]
    [InlineData("- a", "found a list")]
    [InlineData("a: 1\n---\nb: 2", "found 2")]
    public void A_text_that_is_not_one_mapping_is_refused_with_the_place(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<YamlException>(() => YamlReader.ReadObject(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_back_as_the_same_json()
    {
        Gen<JsonNode?> Node(int depth)
        {
            var text = Gen.Elements("", "yes", "1.19", "a: b", "#", "- x", "l1\nl2\n", "l1\n\nl2", " lead", "trail ", "\t", "\"", "\\", "null", "é", "0x1f", "a:b", "*x", "{}", "%", "@a", "x\u0085y", "\n", "a\n");
            var scalar = Gen.OneOf(text.Select(s => (JsonNode?)JsonValue.Create(s)), Gen.Choose(-5, 99999).Select(i => (JsonNode?)JsonValue.Create(i)), Gen.Elements(true, false).Select(b => (JsonNode?)JsonValue.Create(b)), Gen.Constant((JsonNode?)null));
            if (depth == 0)
            {
                return scalar;
            }

            var list = Node(depth - 1).ArrayOf().Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())]));
            var mapping = text.Zip(Node(depth - 1), (k, v) => (k, v)).ArrayOf().Select(pairs => (JsonNode?)new JsonObject(pairs.DistinctBy(p => p.k).Select(p => KeyValuePair.Create(p.k, p.v?.DeepClone()))));
            return Gen.OneOf(scalar, list, mapping);
        }

        Prop.ForAll(Node(3).Where(n => n is not null).ToArbitrary(), node =>
        {
            var documents = YamlReader.ReadAll(YamlWriter.Write(node));
            return JsonNode.DeepEquals(node, Assert.Single(documents));
        }).QuickCheckThrowOnFailure();
    }
}
