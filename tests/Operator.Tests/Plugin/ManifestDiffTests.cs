using NetProfile.NetworkProfiles;
using NetProfile.Plugin.Diffs;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>What `plan --diff` prints.</summary>
public sealed class ManifestDiffTests
{
    [Fact]
    public void Objects_are_compared_one_by_one_and_of_Secrets_only_names_are_shown()
    {
        var diff = Of(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {a: "1", b: "2", c: "3", d: "4", routing-mode: tunnel, z: "9"}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: kube-system}, data: {a: "1"}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: cilium-ca, namespace: kube-system}, data: {ca.key: SGlkZGVu}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: old, namespace: kube-system}}
            """,
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {a: "1", b: "2", c: "3", d: "4", routing-mode: native, z: "9"}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: kube-system}, data: {a: "1"}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: cilium-ca, namespace: kube-system}, data: {ca.key: T3RoZXI=}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: fresh, namespace: kube-system}, stringData: {key: hidden-word}}
            """);

        Assert.StartsWith("~ ConfigMap kube-system/cilium-config\n", diff, StringComparison.Ordinal);
        Assert.Contains("    -  routing-mode: tunnel\n    +  routing-mode: native\n", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("same", diff, StringComparison.Ordinal);
        Assert.Contains("- Service kube-system/old: removed\n", diff, StringComparison.Ordinal);
        Assert.Contains("  Secret kube-system/cilium-ca: its content is neither shown nor compared\n", diff, StringComparison.Ordinal);
        Assert.Contains("+ Secret kube-system/fresh: added; its content is not shown\n", diff, StringComparison.Ordinal);
        Assert.All(["SGlkZGVu", "T3RoZXI", "hidden-word"], secret => Assert.DoesNotContain(secret, diff, StringComparison.Ordinal));
    }

    [Fact]
    public void Equal_manifests_have_no_difference() => Assert.Equal("no object differs\n", Of("{apiVersion: v1, kind: Service, metadata: {name: a}}", "{apiVersion: v1, kind: Service, metadata: {name: a}}"));

    private static string Of(string live, string target) => ManifestDiff.Of(RenderedObject.ReadAll(live, "kube-system"), RenderedObject.ReadAll(target, "kube-system"));
}
