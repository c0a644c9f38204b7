using NetProfile.Crds.Schema.Validation.Cel;

namespace NetProfile.Operator.Scenarios.Schema;

public sealed class CelTests
{
    private static readonly Dictionary<string, object?> Variables = new()
    {
        ["self"] = CelValues.From(Manifests.Yaml("{a: 1, s: hello, l: [1, 2, 3], m: {k: v, x-y: 1}, t: true, ns: {namespace: n}}"), null),
        ["nothing"] = null,
    };

    [Theory]
    [InlineData("1 + 2 * 3 == 7")]
    [InlineData("(1 + 2) * 3 == 9")]
    [InlineData("-5 % 3 == -2 && 7 / 2 == 3")]
    [InlineData("1 == 1.0 && 2u == 2 && 1 < 1.5")]
    [InlineData("0xff == 255 && -0x10 == -16")]
    [InlineData("'a' + \"b\" == r'ab' && '\\x41\\u0042\\103' == 'ABC'")]
    [InlineData("'''it's''' == \"it's\" && '' == \"\"")]
    [InlineData("[1, 2] + [3] == [1, 2, 3]")]
    [InlineData("{'a': 1, 'b': [2]} == {'b': [2], 'a': 1}")]
    [InlineData("true ? true : 1 / 0 > 0")]
    [InlineData("false || true && !false")]
    [InlineData("self.a == 1 && self['s'] == 'hello' && self.l[2] == 3 && self.m.k == 'v'")]
    [InlineData("self.m.x__dash__y == 1 && self.ns.__namespace__ == 'n' && has(self.ns.__namespace__)")]
    [InlineData("has(self.a) && !has(self.b) && !has(self.m.b)")]
    [InlineData("2 in self.l && !(4 in self.l) && 'k' in self.m")]
    [InlineData("self.l.all(x, x > 0) && self.l.exists(x, x == 2) && self.l.exists_one(x, x > 2)")]
    [InlineData("self.l.map(x, x * 2) == [2, 4, 6] && self.l.map(x, x > 1, x) == [2, 3] && self.l.filter(x, x != 2) == [1, 3]")]
    [InlineData("self.m.all(k, k.size() > 0)")]
    [InlineData("self.l.all(x, self.l.exists(y, y == x))")]
    [InlineData("size(self.l) == 3 && 'häß'.size() == 3 && self.m.size() == 2")]
    [InlineData("self.s.startsWith('he') && self.s.endsWith('lo') && self.s.contains('ll') && self.s.matches('^h.*o$') && !self.s.matches('^e')")]
    [InlineData("'10.0.0.0/16'.split('/')[1] == '16' && int('16') <= 24 && string(5) == '5' && double('1.5') == 1.5 && bool('true')")]
    [InlineData("'a,b,c'.split(',', 2) == ['a', 'b,c'] && ['a', 'b'].join('-') == 'a-b' && 'aXbX'.replace('X', '') == 'ab'")]
    [InlineData("'abc'.substring(1) == 'bc' && 'abc'.substring(0, 1) == 'a' && 'abc'.indexOf('c') == 2 && 'AbC'.lowerAscii() == 'abc' && ' x '.trim() == 'x'")]
    [InlineData("[1, 2].isSorted() && [1, 2].sum() == 3 && [3, 1].min() == 1 && [3, 1].max() == 3 && [1, 2].indexOf(2) == 1")]
    [InlineData("isIP('10.0.0.1') && isIP('fd00::1') && !isIP('10.0.0') && isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33')")]
    [InlineData("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.0.0.0/8').containsIP(ip('10.9.9.9')) && cidr('10.0.0.0/8').prefixLength() == 8 && ip('::1').family() == 6")]
    [InlineData("timestamp('2026-01-01T00:00:00Z') < timestamp('2026-01-02T00:00:00Z') && duration('90m') == duration('1h30m') && duration('2h').getHours() == 2")]
    [InlineData("self.?b.orValue('none') == 'none' && self.?a.hasValue() && self.?m.k.orValue('') == 'v' && self.l[?9].orValue(7) == 7 && optional.none().orValue(1) == 1")]
    [InlineData("type(self.a) == int && type(self.s) == string && type('x') != int && dyn(1) == 1")]
    [InlineData("nothing == null && null != 1 && 1 != 'a'")]
    [InlineData("cel.bind(x, self.a + 1, x * x) == 4")]
    [InlineData("!'a\\n'.matches('^a$') && 'a b'.matches('^a\\\\sb$') && !'٣'.matches('^\\\\d$') && '$'.matches('[$]') && 'a$'.matches('a\\\\$')")]
    [InlineData("self.a == 1 // a comment")]
    public void An_expression_holds(string expression)
    {
        Assert.Equal(true, CelProgram.Parse(expression).Evaluate(Variables));
    }

    [Theory]
    [InlineData("self.b == 1 || true")]
    [InlineData("true || self.b == 1")]
    [InlineData("!(self.b == 1 && false)")]
    [InlineData("self.l.exists(x, x == 3 || self.b == x)")]
    [InlineData("!self.l.all(x, x != 1 && self.b == x)")]
    public void An_error_on_one_side_is_forgiven_when_the_other_side_decides(string expression)
    {
        Assert.Equal(true, CelProgram.Parse(expression).Evaluate(Variables));
    }

    [Theory]
    [InlineData("self.b == 1", "no such key: b")]
    [InlineData("self.b == 1 || false", "no such key: b")]
    [InlineData("1 / 0 == 1", "division by zero")]
    [InlineData("self.l[9] == 1", "index out of bounds: 9")]
    [InlineData("9223372036854775807 + 1 == 0", "integer overflow")]
    [InlineData("1 + 'a' == 2", "no such overload: +(int, string)")]
    [InlineData("int('x') == 1", "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("foo == 1", "undeclared reference to 'foo'")]
    [InlineData("size() == 1", "no such overload: size()")]
    [InlineData("[1, 2].join(',') == ''", "no such overload: join(list)")]
    [InlineData("[null, 1].max() == 1", "no such overload: max(int, null_type)")]
    [InlineData("duration('1x') == duration('1s')", "time: invalid duration \"1x\"")]
    [InlineData("'a'.substring(5) == ''", "index out of range: 5")]
    [InlineData("'a'.matches('(')", null)]
    [InlineData("timestamp('9999-12-31T00:00:00Z') + duration('999999h') > timestamp('2026-01-01T00:00:00Z')", "integer overflow")]
    [InlineData("{null: 1} == {}", "unsupported key type")]
    [InlineData("1 in 5", "no such overload: in(int, int)")]
    [InlineData("'a'.nope()", "no such overload: nope(string)")]
    [InlineData("optional.none().value() == 1", "optional.none() dereference")]
    public void An_expression_without_a_value_says_why(string expression, string? message)
    {
        var exception = Assert.Throws<CelException>(() => CelProgram.Parse(expression).Evaluate(Variables));
        Assert.Equal(message ?? exception.Message, exception.Message);
    }

    [Theory]
    [InlineData("self.")]
    [InlineData("self.a ==")]
    [InlineData("(1")]
    [InlineData("'abc")]
    [InlineData("1 1")]
    [InlineData("has(1)")]
    [InlineData("[1].all(1, true)")]
    [InlineData("99999999999999999999999")]
    [InlineData("0x")]
    [InlineData("1.2.3")]
    [InlineData("'\\q'")]
    [InlineData("a # b")]
    [InlineData("")]
    public void What_is_not_an_expression_is_refused_when_parsed(string text)
    {
        Assert.Throws<FormatException>(() => CelProgram.Parse(text));
    }
}
