using NetProfile.Plugin.BugReports;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

public class RedactionTests
{
    [Theory]
    [InlineData("password: hunter2", "password: REDACTED")]
    [InlineData("hubble: {tls: {ca: {key: hunter2}}}", "hubble:\n  tls:\n    ca:\n      key: REDACTED")]
    [InlineData("env: [{name: GITHUB_TOKEN, value: hunter2}]", "env:\n- name: GITHUB_TOKEN\n  value: REDACTED")]
    [InlineData("env: [{name: GITHUB_TOKEN, valueFrom: {secretKeyRef: {name: a, key: b}}}]", "env:\n- name: GITHUB_TOKEN\n  valueFrom:\n    secretKeyRef:\n      name: a\n      key: b")]
    [InlineData("proxy: 'http://me:hunter2@proxy:3128'", "proxy: http://REDACTED@proxy:3128")]
    [InlineData("args: ['--header=Bearer abcdefghijkl']", "args:\n- \"--header=Bearer REDACTED\"")]
    [InlineData("secretName: mine", "secretName: mine")]
    [InlineData("tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists}]", "tolerations:\n- key: node.kubernetes.io/not-ready\n  operator: Exists")]
    [InlineData("{kind: Secret, data: {a: aHVudGVyMg==}, stringData: {b: hunter2}}", "kind: Secret")]
    [InlineData("{type: helm.sh/release.v1, data: {release: hunter2}, metadata: {name: x}}", "type: helm.sh/release.v1\nmetadata:\n  name: x")]
    public void What_looks_secret_is_taken_out_and_the_rest_stays(string yaml, string expected) =>
        Assert.Equal(expected + "\n", YamlWriter.Write(Redaction.Of(YamlReader.ReadObject(yaml))));

    [Fact]
    public void Private_keys_are_taken_out_of_logs() =>
        Assert.Equal("before REDACTED after", Redaction.OfText("before -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after"));
}
