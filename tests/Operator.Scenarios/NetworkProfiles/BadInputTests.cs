using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Charts;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Each is refused with a message that names the field, the value and what to do, and the release stays untouched.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task A_minor_that_nobody_knows_is_not_accepted() =>
        await RefusedAsync(spec => spec["cilium"]!["version"] = "1.12.3", "Accepted", "UnknownVersion", "1.12.3");

    [Fact]
    public async Task A_patch_that_the_repository_lacks_is_named_with_what_there_is()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var repository = await ChartRepository.StartAsync(ChartPackage.AllCilium(), TestContext.Current.CancellationToken);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => (spec["cilium"]!["version"], spec["cilium"]!["chart"]) = ("1.19.99", new JsonObject { ["repository"] = repository.Url.ToString().TrimEnd('/') }));
        await cluster.RefusedAsync("HelmReleased", "ChartNotFound", "1.19.99", "1.19.6");
    }

    [Fact]
    public async Task A_repository_that_is_down_is_tried_again_and_then_it_goes_on()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var repository = await ChartRepository.StartAsync(ChartPackage.AllCilium(), TestContext.Current.CancellationToken);
        repository.FailWith = 503;
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["cilium"]!["chart"] = new JsonObject { ["repository"] = repository.Url.ToString().TrimEnd('/') });
        var profile = await cluster.RefusedAsync("HelmReleased", "RepositoryUnreachable", "503");
        Assert.Equal("ProgressingWithRetry", (string?)ScenarioCluster.Condition(profile, "Reconciling")!["reason"]);
        Assert.Null(ScenarioCluster.Condition(profile, "Stalled"));

        repository.FailWith = null;
        await cluster.ReadyAsync();
    }

    [Fact]
    public async Task A_repository_where_nothing_listens_is_unreachable()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await RefusedAsync(spec => spec["cilium"]!["chart"]!["repository"] = $"http://127.0.0.1:{port}", "HelmReleased", "RepositoryUnreachable", $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task A_chart_with_another_digest_than_the_pinned_one_is_not_used() =>
        await RefusedAsync(spec => spec["cilium"]!["chart"]!["digest"] = "sha256:" + new string('a', 64), "HelmReleased", "DigestMismatch", new string('a', 64));

    [Fact]
    public async Task A_raw_value_that_a_typed_field_owns_is_refused_by_name() =>
        await RefusedAsync(spec => spec["cilium"]!["values"] = new JsonObject { ["routingMode"] = "native" }, "Accepted", "ValueConflict", "routingMode", "spec.routing.mode");

    [Fact]
    public async Task A_Secret_of_values_that_is_missing_is_named() =>
        await RefusedAsync(spec => spec["cilium"]!["valuesFrom"] = From("Secret"), "Accepted", "ValuesNotFound", "spec.cilium.valuesFrom[0]", "Secret kube-system/extra");

    [Fact]
    public async Task Values_that_are_not_YAML_are_refused_by_name_and_used_once_they_are_mended()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Store.Create("configmaps", JsonNode.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"extra","namespace":"kube-system"},"data":{"values.yaml":"a: [1\nb: 2"}}""")!.AsObject());
        var clock = new WarpTimeProvider();
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile(change: spec => spec["cilium"]!["valuesFrom"] = From("ConfigMap"));
        await cluster.RefusedAsync("Accepted", "MalformedValues", "spec.cilium.valuesFrom[0]", "ConfigMap kube-system/extra", "not closed");

        cluster.Store.Modify("configmaps", "kube-system", "extra", map => map["data"]!["values.yaml"] = "debug:\n  enabled: true\n");
        clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.ReadyAsync();
        Assert.Equal("true", (string?)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["debug"]);
    }

    [Fact]
    public async Task A_second_profile_is_refused_and_takes_over_when_the_first_one_is_deleted()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile("first");
        await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "Ready")?["status"] == "True", "first is ready", "first");
        cluster.CreateProfile("second");
        var second = await cluster.ConditionAsync("Accepted", "False", "NotTheOldest", "second");
        Assert.Contains("first", (string?)ScenarioCluster.Condition(second, "Accepted")!["message"], StringComparison.Ordinal);
        Assert.Equal("True", (string?)ScenarioCluster.Condition(second, "Stalled")!["status"]);
        Assert.Single(cluster.Revisions());

        cluster.Store.Delete(ScenarioCluster.Profiles, null, "first");
        await cluster.ConditionAsync("Accepted", "True", "Valid", "second");
    }

    [Fact]
    public async Task A_namespace_that_is_missing_is_named_with_the_command()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["cilium"]!["namespace"] = "cilium-system");
        var profile = await cluster.ConditionAsync("HelmReleased", "False", "NamespaceMissing");
        Assert.Contains("kubectl create namespace cilium-system", (string?)ScenarioCluster.Condition(profile, "HelmReleased")!["message"], StringComparison.Ordinal);
        Assert.DoesNotContain("helm upgrade", @operator.Processes.Started);
    }

    [Fact]
    public async Task A_helm_that_is_missing_is_named()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster, helm: "/no/such/helm");
        cluster.CreateProfile();
        await cluster.RefusedAsync("HelmReleased", "HelmMissing", "/no/such/helm");
    }

    [Fact]
    public async Task A_helm_that_is_too_old_is_refused_with_the_version_that_will_do()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        var old = Path.Combine(cluster.Folder, "helm");
        await File.WriteAllTextAsync(old, "#!/bin/sh\necho v3.10.2+g50f003e\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var @operator = await InProcessOperator.StartAsync(cluster, helm: old);
        cluster.CreateProfile();
        await cluster.RefusedAsync("HelmReleased", "HelmTooOld", "3.10.2", "3.14");
    }

    [Fact]
    public async Task A_field_that_another_manager_owns_keeps_the_upgrade_from_beginning_until_it_is_forced()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        await Kubectl.RunAsync(cluster, ["patch", "configmap", "cilium-config", "-n", "kube-system", "--field-manager=someone", "--type=merge", "-p", """{"data":{"debug":"false "}}"""]);

        cluster.ChangeSpec(spec => spec["cilium"]!["values"] = new JsonObject { ["debug"] = new JsonObject { ["enabled"] = true } });
        var profile = await cluster.ConditionAsync("HelmReleased", "False", "FieldConflict");
        var message = (string?)ScenarioCluster.Condition(profile, "HelmReleased")!["message"]!;
        Assert.Contains("someone", message, StringComparison.Ordinal);
        Assert.Contains("ConfigMap kube-system/cilium-config", message, StringComparison.Ordinal);
        Assert.Equal(["1 deployed"], cluster.Revisions());

        cluster.Annotate("netprofile.io/force-conflicts", "true");
        await cluster.ReadyAsync(2);
        Assert.Equal("true", (string?)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["debug"]);
    }

    [Fact]
    public async Task A_release_that_Flux_or_Argo_CD_owns_is_left_untouched()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await HelmByHand.UpgradeAsync(cluster, "cilium-1.19.5.tgz");
        cluster.Store.Modify("daemonsets.apps", "kube-system", "cilium", ds =>
        {
            var labels = ds["metadata"]!["labels"]!.AsObject();
            labels["helm.toolkit.fluxcd.io/name"] = "cilium";
            labels["helm.toolkit.fluxcd.io/namespace"] = "flux-system";
        });
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        var profile = await cluster.ConditionAsync("HelmReleased", "False", "OwnedByOther");
        Assert.Contains("flux-system/cilium", (string?)ScenarioCluster.Condition(profile, "HelmReleased")!["message"], StringComparison.Ordinal);

        cluster.Store.Modify("daemonsets.apps", "kube-system", "cilium", ds =>
        {
            ds["metadata"]!["labels"]!.AsObject().Remove("helm.toolkit.fluxcd.io/name");
            ds["metadata"]!["annotations"]!.AsObject()["argocd.argoproj.io/tracking-id"] = "network:apps/DaemonSet:kube-system/cilium";
        });
        await cluster.UntilAsync(p => ((string?)ScenarioCluster.Condition(p, "HelmReleased")?["message"])?.Contains("Argo CD", StringComparison.Ordinal) ?? false, "Argo CD is named");
        Assert.Equal(["1 deployed"], cluster.Revisions());
    }

    [Fact]
    public async Task A_release_that_someone_made_is_taken_over_only_when_that_is_approved()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await HelmByHand.UpgradeAsync(cluster, "cilium-1.19.5.tgz");
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["ipam"] = new JsonObject { ["ipv4PodCIDRs"] = new JsonArray("10.0.0.0/8") });
        var waiting = await cluster.ConditionAsync("HelmReleased", "False", "Unmanaged");
        Assert.Equal(["1 deployed"], cluster.Revisions());

        cluster.Annotate("netprofile.io/approved-plan", (string)waiting["status"]!["plan"]!["digest"]!);
        await cluster.ReadyAsync();
        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
    }

    [Fact]
    public async Task A_kind_that_the_operator_may_not_write_is_named_before_helm_is_started()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        foreach (var json in OperatorAccount.WithoutDaemonSets)
        {
            var value = JsonNode.Parse(json)!.AsObject();
            cluster.Store.Create(cluster.Store.Resources.FindKind((string)value["apiVersion"]!, (string)value["kind"]!)!.QualifiedPlural, value);
        }

        var kubeconfig = Path.Combine(cluster.Folder, "limited");
        await File.WriteAllTextAsync(kubeconfig, cluster.Living.Api.KubeconfigOf("kube-system", "limited"), TestContext.Current.CancellationToken);
        await using var @operator = await InProcessOperator.StartAsync(cluster, kubeconfig: kubeconfig);
        cluster.CreateProfile();
        await cluster.RefusedAsync("HelmReleased", "Forbidden", "DaemonSet kube-system/cilium");
        Assert.DoesNotContain("helm upgrade", @operator.Processes.Started);
    }

    private static JsonArray From(string kind) => [new JsonObject { ["kind"] = kind, ["name"] = "extra", ["key"] = "values.yaml" }];

    private static async Task RefusedAsync(Action<JsonObject> change, string condition, string reason, params string[] words)
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: change);
        await cluster.RefusedAsync(condition, reason, words);
        Assert.DoesNotContain("helm upgrade", @operator.Processes.Started);
    }
}
