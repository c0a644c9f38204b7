using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace NetProfile.Operator.Tests.Crds;

public sealed partial class CrdSchemaTests
{
    [Fact]
    public void Every_field_is_described()
    {
        var silent = CrdTree.AllFields()
            .Where(field => field.Path != "metadata" && !field.Path.EndsWith("[]", StringComparison.Ordinal) && !field.Path.EndsWith("{}", StringComparison.Ordinal))
            .Where(field => field.Schema["description"]?.ToString() is not { Length: > 10 } text || !text.EndsWith('.'))
            .Select(field => field.Path);

        Assert.Empty(silent);
    }

    [Fact]
    public void The_schema_is_structural()
    {
        var broken = CrdTree.AllFields()
            .Where(field => field.Schema["type"] is null && field.Schema["x-kubernetes-int-or-string"] is null)
            .Select(field => field.Path);

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_list_says_how_it_is_merged_and_a_map_has_its_keys_required()
    {
        foreach (var (path, schema) in CrdTree.AllFields().Where(field => field.Schema["type"]?.ToString() == "array"))
        {
            var kind = schema["x-kubernetes-list-type"]?.ToString();
            Assert.True(kind is "atomic" or "set" or "map", path);
            foreach (var key in schema["x-kubernetes-list-map-keys"]?.AsArray() ?? [])
            {
                Assert.Contains(key!.ToString(), schema["items"]!["required"]!.AsArray().Select(name => name!.ToString()));
            }
        }
    }

    [Fact]
    public void Every_rule_has_a_message_that_names_a_field_and_says_what_to_do()
    {
        var rules = Rules().ToList();

        Assert.True(rules.Count > 20);
        Assert.All(rules, rule =>
        {
            Assert.Matches("^spec\\.", rule.Message);
            Assert.Matches("[:;]", rule.Message);
            Assert.DoesNotContain('\n', rule.Message);
            Assert.True(rule.Message.Length <= 2048);
        });
    }

    [Fact]
    public void A_rule_uses_nothing_that_came_after_Kubernetes_1_28()
    {
        Assert.All(Rules(), rule => Assert.DoesNotMatch(NewerFunctions(), rule.Rule));
        Assert.DoesNotContain(CrdTree.AllFields(), field => field.Schema["x-kubernetes-validations"]?.AsArray().Any(rule =>
            rule!.AsObject().Any(pair => pair.Key is not ("rule" or "message"))) == true);
    }

    [Fact]
    public void All_of_spec_that_has_a_size_is_bounded()
    {
        foreach (var (path, schema) in CrdTree.Fields(CrdTree.Schema(CrdTree.NetworkProfile)["properties"]!["spec"]!.AsObject(), "spec"))
        {
            switch (schema["type"]?.ToString())
            {
                case "array":
                    Assert.True(schema["maxItems"] is not null, path);
                    break;
                case "string" when schema["enum"] is null:
                    Assert.True(schema["maxLength"] is not null, path);
                    break;
                case "integer":
                    Assert.True(schema["minimum"] is not null && schema["maximum"] is not null, path);
                    break;
            }
        }
    }

    [Fact]
    public void Names_and_columns_are_those_that_people_type_and_see()
    {
        Assert.Equal("netprof", CrdTree.NetworkProfile["spec"]!["names"]!["shortNames"]![0]!.ToString());
        Assert.Equal("nodenet", CrdTree.NodeNetwork["spec"]!["names"]!["shortNames"]![0]!.ToString());
        Assert.Equal(["Version", "Mode", "Ready", "Phase", "Nodes", "Age"], Columns(CrdTree.NetworkProfile, wide: false));
        Assert.NotNull(CrdTree.Version(CrdTree.NetworkProfile)["subresources"]!["status"]);
        Assert.NotNull(CrdTree.Version(CrdTree.NodeNetwork)["subresources"]!["status"]);
    }

    [Fact]
    public void A_column_points_at_a_field_that_is_there()
    {
        foreach (var crd in new[] { CrdTree.NetworkProfile, CrdTree.NodeNetwork })
        {
            var fields = CrdTree.Fields(CrdTree.Schema(crd), "").Select(field => field.Path).ToHashSet(StringComparer.Ordinal);
            foreach (var column in CrdTree.Version(crd)["additionalPrinterColumns"]!.AsArray())
            {
                var path = Filter().Replace(column!["jsonPath"]!.ToString(), "[]").TrimStart('.');
                Assert.True(path == "metadata.creationTimestamp" || fields.Contains(path), path);
            }
        }
    }

    private static IEnumerable<string> Columns(JsonObject crd, bool wide) =>
        CrdTree.Version(crd)["additionalPrinterColumns"]!.AsArray().Where(column => column!["priority"] is not null == wide).Select(column => column!["name"]!.ToString());

    private static IEnumerable<(string Rule, string Message)> Rules() =>
        CrdTree.AllFields()
            .SelectMany(field => field.Schema["x-kubernetes-validations"]?.AsArray() ?? [])
            .Select(rule => (rule!["rule"]!.ToString(), rule["message"]?.ToString() ?? ""));

    [GeneratedRegex(@"\b(isIP|ip|isCIDR|cidr|quantity|isQuantity|format|named|optional|exists_one|semver|isSemver|bind)\(|\?\.|\[\?")]
    private static partial Regex NewerFunctions();

    [GeneratedRegex(@"\[\?\(.*?\)\]")]
    private static partial Regex Filter();
}
