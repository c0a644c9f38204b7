using System.Text.Json.Nodes;
using NetProfile.Crds.Schema.Validation;

namespace NetProfile.Operator.Scenarios.Schema;

public sealed class CrdSchemaTests
{
    [Theory]
    [InlineData("{type: string}", "{a: 1}", "a: Invalid value: \"integer\": a in body must be of type string: \"integer\"")]
    [InlineData("{type: integer, format: int32}", "{a: 1.5}", "a: Invalid value: \"float64\": a in body must be of type int32: \"float64\"", "<nil>: Invalid value: \"\": Checked value must be of type integer with format int32 in a")]
    [InlineData("{type: integer, format: int32}", "{a: x}", "a: Invalid value: \"string\": a in body must be of type integer: \"string\"")]
    [InlineData("{type: object}", "{a: []}", "a: Invalid value: \"array\": a in body must be of type object: \"array\"")]
    [InlineData("{type: string, enum: [Tunnel, Native]}", "{a: Foo}", "a: Unsupported value: \"Foo\": supported values: \"Tunnel\", \"Native\"")]
    [InlineData("{type: integer, minimum: 1}", "{a: 0}", "a: Invalid value: 0: a in body should be greater than or equal to 1")]
    [InlineData("{type: integer, maximum: 30}", "{a: 99}", "a: Invalid value: 99: a in body should be less than or equal to 30")]
    [InlineData("{type: string, maxLength: 3}", "{a: four}", "a: Too long: may not be more than 3 bytes")]
    [InlineData("{type: string, minLength: 1}", "{a: ''}", "a: Invalid value: \"\": a in body should be at least 1 chars long")]
    [InlineData("{type: string, pattern: '^[a-z]+$'}", "{a: A}", "a: Invalid value: \"A\": a in body should match '^[a-z]+$'")]
    [InlineData("{type: string, format: cidr}", "{a: 10.0.0.0/33}", "a: Invalid value: \"10.0.0.0/33\": a in body must be of type cidr: \"10.0.0.0/33\"")]
    [InlineData("{type: array, maxItems: 1, items: {type: string}}", "{a: [x, y]}", "a: Too many: 2: must have at most 1 item")]
    [InlineData("{type: array, items: {type: string}}", "{a: [x, {}]}", "a[1]: Invalid value: \"object\": a[1] in body must be of type string: \"object\"")]
    [InlineData("{type: array, x-kubernetes-list-type: set, items: {type: string}}", "{a: [x, y, x]}", "a[2]: Duplicate value: \"x\"")]
    [InlineData("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n], items: {type: object, properties: {n: {type: string}}}}", "{a: [{n: x}, {n: x}]}", "a[1]: Duplicate value: {\"n\":\"x\"}")]
    [InlineData("{type: object, required: [b], properties: {b: {type: string}}}", "{a: {}}", "a.b: Required value")]
    [InlineData("{type: object, additionalProperties: {type: integer}}", "{a: {k: x}}", "a.k: Invalid value: \"string\": a.k in body must be of type integer: \"string\"")]
    [InlineData("{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: '%$'}", "{a: x}", "a: Invalid value: \"x\": a in body should match '%$'")]
    [InlineData("{type: integer, format: int32}", "{a: 3000000000}", "<nil>: Invalid value: \"\": Checked value must be of type integer with format int32 in a")]
    [InlineData("{type: array, minItems: 1, items: {type: string}}", "{a: []}", "a: Invalid value: 0: a in body should have at least 1 items")]
    [InlineData("{type: integer, oneOf: [{minimum: 5}, {maximum: 10}]}", "{a: 7}", "<nil>: Invalid value: \"\": \"a\" must validate one and only one schema (oneOf). Found 2 valid alternatives")]
    [InlineData("{type: integer, not: {enum: [7]}}", "{a: 7}", "<nil>: Invalid value: \"\": \"a\" must not validate the schema (not)")]
    [InlineData("{type: string, enum: [x, y]}", "{a: 1}", "a: Invalid value: \"integer\": a in body must be of type string: \"integer\"", "a: Unsupported value: 1: supported values: \"x\", \"y\"")]
    [InlineData("{type: array, items: {type: string}}", "{a: [null]}", "a[0]: Invalid value: \"null\": a[0] in body must be of type string: \"null\"")]
    [InlineData("{type: object, properties: {n: {type: string}}, x-kubernetes-validations: [{rule: \"self.n == 'x'\", message: bad}]}", "{a: {}}", "a: Invalid value: \"object\": no such key: n evaluating rule: bad")]
    [InlineData("{type: object, properties: {n: {type: string}}, x-kubernetes-validations: [{rule: \"self.n == 'x'\"}]}", "{a: {n: y}}", "a: Invalid value: failed rule: self.n == 'x'")]
    [InlineData("{type: string, x-kubernetes-validations: [{rule: \"self == 'x'\", message: bad, reason: FieldValueForbidden}]}", "{a: y}", "a: Forbidden: bad")]
    [InlineData("{type: string, x-kubernetes-validations: [{rule: \"self == 'x'\", message: bad, reason: FieldValueDuplicate}]}", "{a: y}", "a: Duplicate value: \"y\"")]
    public void A_value_that_the_schema_forbids_is_refused_in_the_API_servers_words(string schema, string value, params string[] errors)
    {
        var crd = Of(schema);
        Assert.Equal(errors, crd.Validate(Manifests.Yaml(value), null).Select(each => each.ToString()));
    }

    [Theory]
    [InlineData("{x-kubernetes-int-or-string: true, pattern: '^[0-9]+%?$'}", "{a: 3}")]
    [InlineData("{x-kubernetes-int-or-string: true, pattern: '^[0-9]+%?$'}", "{a: 10%}")]
    [InlineData("{type: string, nullable: true}", "{a: null}")]
    [InlineData("{type: number}", "{a: 3}")]
    [InlineData("{type: object, x-kubernetes-preserve-unknown-fields: true}", "{a: {b: {c: [1]}}}")]
    [InlineData("{type: string, format: date-time}", "{a: '2026-11-20T11:22:33Z'}")]
    public void A_value_that_the_schema_allows_passes(string schema, string value)
    {
        Assert.Empty(Of(schema).Validate(Manifests.Yaml(value), null));
    }

    [Fact]
    public void Unknown_fields_are_removed_and_named_but_not_those_of_preserved_objects()
    {
        var crd = Of("{type: object, properties: {known: {type: string}, free: {type: object, x-kubernetes-preserve-unknown-fields: true}, list: {type: array, items: {type: object, properties: {x: {type: string}}}}}}");
        var value = Manifests.Yaml("{kind: K, apiVersion: v1, metadata: {name: n, whatever: 1}, a: {known: x, other: 1, free: {any: {thing: 1}}, list: [{x: y, z: 1}]}, b: 1}");

        Assert.Equal(["a.list[0].z", "a.other", "b"], crd.Prune(value));
        Assert.True(JsonNode.DeepEquals(Manifests.Yaml("{kind: K, apiVersion: v1, metadata: {name: n, whatever: 1}, a: {known: x, free: {any: {thing: 1}}, list: [{x: y}]}}"), value));
    }

    [Fact]
    public void Defaults_are_filled_in_below_defaults_and_nulls_give_way()
    {
        var crd = Of("{type: object, default: {}, properties: {mode: {type: string, default: Tunnel}, port: {type: integer}, list: {type: array, items: {type: object, properties: {k: {type: string, default: v}}}}}}");
        var empty = new JsonObject();
        var nulls = Manifests.Yaml("{a: {mode: null, port: null, list: [{}]}}");

        crd.Default(empty);
        crd.Default(nulls);

        Assert.Equal("""{"a":{"mode":"Tunnel"}}""", empty.ToJsonString());
        Assert.True(JsonNode.DeepEquals(Manifests.Yaml("{a: {mode: Tunnel, list: [{k: v}]}}"), nulls));
    }

    [Fact]
    public void A_default_that_is_given_twice_is_not_shared()
    {
        var crd = Of("{type: object, default: {b: 1}, x-kubernetes-preserve-unknown-fields: true}");
        var first = new JsonObject();
        var second = new JsonObject();
        crd.Default(first);
        crd.Default(second);
        first["a"]!["b"] = 2;

        Assert.Equal("""{"a":{"b":1}}""", second.ToJsonString());
    }

    [Fact]
    public void Rules_are_not_evaluated_on_an_object_of_the_wrong_shape_and_that_is_said()
    {
        var crd = Of("{type: object, properties: {n: {type: integer}}, x-kubernetes-validations: [{rule: self.n > 1, message: too small}]}");

        Assert.Equal(["<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"],
            crd.Validate(Manifests.Yaml("{a: {n: x}}"), null).Skip(1).Select(error => error.ToString()));
        Assert.Equal(["a: Invalid value: too small"], crd.Validate(Manifests.Yaml("{a: {n: 1}}"), null).Select(error => error.ToString()));
    }

    [Fact]
    public void A_transition_rule_sees_the_old_value_of_its_own_item_and_is_silent_on_create()
    {
        var crd = Of("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n], items: {type: object, properties: {n: {type: string}, v: {type: integer}}, x-kubernetes-validations: [{rule: self.v >= oldSelf.v, messageExpression: \"'below ' + string(oldSelf.v)\", fieldPath: .v}]}}");
        var old = Manifests.Yaml("{a: [{n: x, v: 1}, {n: y, v: 5}]}");
        var now = Manifests.Yaml("{a: [{n: y, v: 4}, {n: x, v: 1}, {n: z, v: 0}]}");

        Assert.Empty(crd.Validate(now, null));
        Assert.Equal(["a[0].v: Invalid value: below 5"], crd.Validate(now, old).Select(error => error.ToString()));
    }

    private static CrdSchema Of(string propertyA) =>
        CrdSchema.Parse(new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = Manifests.Yaml(propertyA) } });
}
