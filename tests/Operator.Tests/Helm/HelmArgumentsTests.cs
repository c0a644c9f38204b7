using System.Text.Json.Nodes;
using NetProfile.Helm;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

public sealed class HelmArgumentsTests
{
    private static readonly HelmFlags Helm314 = HelmFlags.For(new Version(3, 14, 0));
    private static readonly HelmFlags Helm317 = HelmFlags.For(new Version(3, 17, 2));
    private static readonly HelmFlags Helm4 = HelmFlags.For(new Version(4, 1, 4));

    private static readonly HelmUpgrade Plain = new()
    {
        Release = new HelmReleaseName("kube-system", "cilium"),
        Chart = new LocalChart { Path = "/cache/a.tgz", Version = "1.19.6", Digest = "sha256:0" },
        Values = new JsonObject { ["password"] = "not on a command line" },
        Timeout = TimeSpan.FromSeconds(90.5),
    };

    [Fact]
    public void Upgrade_resets_values_reads_them_from_stdin_and_does_not_wait() => Assert.Equal(
        ["upgrade", "cilium", "/cache/a.tgz", "--install", "--namespace=kube-system", "--reset-values", "--values=-", "--history-max=10", "--timeout=91s"],
        HelmArguments.Upgrade(Plain, Helm4));

    [Fact]
    public void Labels_are_in_order_and_the_description_is_one_argument()
    {
        var request = Plain with { Labels = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }, Description = "by us, --force" };

        Assert.Equal(["--labels=a=1,b=2", "--description=by us, --force"], HelmArguments.Upgrade(request, Helm4).Skip(9));
    }

    [Fact]
    public void Flags_that_a_helm_lacks_are_left_out()
    {
        var request = Plain with { ForceConflicts = true, TakeOwnership = true, CreateNamespace = true, DryRunServer = true };

        Assert.Equal(["--create-namespace", "--dry-run=server"], HelmArguments.Upgrade(request, Helm314).Skip(9));
        Assert.Equal(["--create-namespace", "--take-ownership", "--dry-run=server", "--hide-secret"], HelmArguments.Upgrade(request, Helm317).Skip(9));
        Assert.Equal(
            ["--create-namespace", "--server-side=true", "--force-conflicts", "--take-ownership", "--dry-run=server", "--hide-secret"],
            HelmArguments.Upgrade(request, Helm4).Skip(9));
    }

    [Fact]
    public void Template_names_the_version_and_the_APIs_of_the_cluster() => Assert.Equal(
        ["template", "cilium", "/cache/a.tgz", "--namespace=kube-system", "--values=-", "--include-crds", "--kube-version=1.35.0", "--api-versions=a/v1", "--api-versions=b/v1"],
        HelmArguments.Template(Plain with { KubeVersion = "1.35.0", ApiVersions = ["a/v1", "b/v1"] }));

    [Fact]
    public void Rollback_uninstall_and_pull_name_all_they_need()
    {
        Assert.Equal(
            ["rollback", "cilium", "7", "--namespace=kube-system", "--history-max=10", "--timeout=60s"],
            HelmArguments.Rollback(Plain.Release, 7, TimeSpan.FromMinutes(1)));
        Assert.Equal(
            ["uninstall", "cilium", "--namespace=kube-system", "--ignore-not-found", "--wait", "--timeout=60s"],
            HelmArguments.Uninstall(Plain.Release, TimeSpan.FromMinutes(1)));
        Assert.Equal(
            ["pull", "oci://127.0.0.1:5000/cilium", "--version=1.19.6", "--destination=/tmp/x", "--plain-http", "--ca-file=/ca.pem"],
            HelmArguments.Pull("oci://127.0.0.1:5000/cilium", "1.19.6", "/tmp/x", plainHttp: true, "/ca.pem", Helm4));
    }
}
