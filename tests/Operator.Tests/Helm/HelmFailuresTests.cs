using NetProfile.Helm;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

/// <summary>Texts that helm 3.17 and helm 4.1 have really written.</summary>
public sealed class HelmFailuresTests
{
    [Theory]
    [InlineData(HelmFailure.OperationInProgress, "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress")]
    [InlineData(HelmFailure.OperationInProgress, "level=ERROR msg=\"release name check failed\" error=\"cannot reuse a name that is still in use\"\nError: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use")]
    [InlineData(HelmFailure.FieldConflict, "Error: UPGRADE FAILED: conflict occurred while applying object kube-system/cilium-config /v1, Kind=ConfigMap: Apply failed with 1 conflict: conflict with \"kubectl-patch\" using v1: .data.debug")]
    [InlineData(HelmFailure.OwnershipConflict, "Error: unable to continue with install: ServiceAccount \"cilium\" in namespace \"kube-system\" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\"")]
    [InlineData(HelmFailure.NamespaceTerminating, "Error: failed to create resource: roles.rbac.authorization.k8s.io \"x\" is forbidden: unable to create new content in namespace cilium-secrets because it is being terminated")]
    [InlineData(HelmFailure.NamespaceMissing, "Error: create: failed to create: namespaces \"nope\" not found")]
    [InlineData(HelmFailure.KubeVersionTooOld, "Error: chart requires kubeVersion: >=1.25.0-0 which is incompatible with Kubernetes v1.20.0\n\nUse --debug flag to render out invalid YAML")]
    [InlineData(HelmFailure.InvalidValues, "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nchart:\n- replicas: Invalid type. Expected: integer, given: string\n")]
    [InlineData(HelmFailure.InvalidValues, "Error: execution error at (chart/templates/cm.yaml:4:24): no way: set x\n\nUse --debug flag to render out invalid YAML")]
    [InlineData(HelmFailure.InvalidValues, "Error: chart/templates/cm.yaml:6:34\n  executing \"chart/templates/cm.yaml\" at <.Values.a.b.c>:\n    nil pointer evaluating interface {}.b\n")]
    [InlineData(HelmFailure.InvalidValues, "Error: YAML parse error on chart/templates/cm.yaml: error converting YAML to JSON: yaml: line 4: did not find expected key")]
    [InlineData(HelmFailure.InvalidValues, "Error: UPGRADE FAILED: cannot patch \"cilium\" with kind DaemonSet: DaemonSet.apps \"cilium\" is invalid: spec.selector: Invalid value: \"x\": field is immutable")]
    [InlineData(HelmFailure.ReleaseNotFound, "Error: uninstall: Release not loaded: cilium: release: not found")]
    [InlineData(HelmFailure.ReleaseNotFound, "Error: release has no 0 version")]
    [InlineData(HelmFailure.Forbidden, "Error: UPGRADE FAILED: could not get information about the resource: deployments.apps \"x\" is forbidden: User \"system:serviceaccount:a:b\" cannot get resource \"deployments\" in API group \"apps\" in the namespace \"kube-system\"")]
    [InlineData(HelmFailure.Forbidden, "Error: query: failed to query with labels: the server has asked for the client to provide credentials (get secrets)")]
    [InlineData(HelmFailure.ApiUnreachable, "Error: Kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp 127.0.0.1:1: connect: connection refused")]
    [InlineData(HelmFailure.ApiUnreachable, "Error: kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp 127.0.0.1:1: connect: connection refused")]
    [InlineData(HelmFailure.Timeout, "Error: resource DaemonSet/kube-system/cilium not ready. status: InProgress, message: Available: 0/3\ncontext deadline exceeded")]
    [InlineData(HelmFailure.Timeout, "Error: UPGRADE FAILED: timed out waiting for the condition")]
    [InlineData(HelmFailure.Cancelled, "Release cilium has been cancelled.\nError: UPGRADE FAILED: context canceled")]
    [InlineData(HelmFailure.ChartNotFound, "Error: path \"/nonexistent.tgz\" not found")]
    [InlineData(HelmFailure.Other, "Error: something that helm has never said before")]
    public void Failure_of_a_release_operation_is_told_by_what_helm_says(HelmFailure expected, string standardError) =>
        Assert.Equal(expected, HelmFailures.Classify(standardError, HelmVerb.Upgrade));

    [Theory]
    [InlineData(HelmFailure.RepositoryUnreachable, "Error: failed to do request: Head \"http://127.0.0.1:1/v2/foo/bar/manifests/1.0.0\": dial tcp 127.0.0.1:1: connect: connection refused")]
    [InlineData(HelmFailure.RepositoryUnreachable, "Error: failed to perform \"FetchReference\" on source: Get \"https://127.0.0.1:1/v2/foo/bar/manifests/1.0.0\": dial tcp 127.0.0.1:1: connect: connection refused")]
    [InlineData(HelmFailure.ChartNotFound, "Error: failed to perform \"FetchReference\" on source: 127.0.0.1:5000/charts/cilium:9.9.9: not found")]
    [InlineData(HelmFailure.ChartNotFound, "Error: GET \"http://127.0.0.1:5000/v2/x/manifests/1.0.0\": response status code 404: manifest unknown")]
    [InlineData(HelmFailure.Forbidden, "Error: failed to authorize: unexpected status: 401 Unauthorized")]
    public void Failure_of_a_pull_is_about_the_registry(HelmFailure expected, string standardError) =>
        Assert.Equal(expected, HelmFailures.Classify(standardError, HelmVerb.Pull));

    [Theory]
    [InlineData("another operation (install/upgrade/rollback) is in progress", "level=WARN msg=x\nError: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n")]
    [InlineData("execution error at (chart/templates/cm.yaml:4:24): no way: set x", "Error: execution error at (chart/templates/cm.yaml:4:24): no way: set x\n\nUse --debug flag to render out invalid YAML\n")]
    [InlineData("values don't meet the specifications of the schema(s) in the following chart(s): chart: - at '/replicas': got string, want integer", "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nchart:\n- at '/replicas': got string, want integer\n\n")]
    [InlineData("segmentation fault", "WARNING: something\nsegmentation fault\n")]
    [InlineData("helm failed and said nothing", "")]
    public void Message_is_the_part_that_a_person_acts_on(string expected, string standardError) =>
        Assert.Equal(expected, HelmMessage.Summary(standardError));

    [Fact]
    public void Keys_certificates_and_rejected_values_are_left_out()
    {
        var key = string.Concat(Enumerable.Repeat("LS0tLS1CRUdJTiBQUklWQVRF", 8)) + "==";
        var said = $"Error: Secret \"cilium-ca\" is invalid: data: Invalid value: \"{new string('x', 200)}\": too long; {key}; -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";

        var shown = HelmMessage.Summary(said) + HelmMessage.Output(said);

        Assert.DoesNotContain("LS0tLS1CRUdJTiBQ", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("xxxxx", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", HelmMessage.Output(said), StringComparison.Ordinal);
        Assert.Contains("cilium-ca", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_is_bounded() => Assert.Equal(600, HelmMessage.Summary("Error: " + string.Join(' ', Enumerable.Repeat("word", 1000))).Length);
}
